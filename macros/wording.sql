{#- How a measure and its value are said to a reader. -#}

{#- absence_rate becomes "absence rate", is_sen_support "SEN support", presenting_needs_count "presenting needs". -#}
{% macro measure_in_words(measure) -%}
    replace(replace(replace(replace(replace(
        {{ measure }}, 'is_', ''), '_count', ''), 'sen_', 'SEN '), 'fsm_', 'FSM '), '_', ' ')
{%- endmacro %}


{#- A rate as per cent, a yes or no, or a whole number: what a measure is, its name says. -#}
{% macro value_in_words(measure, value) -%}
    case
        when {{ measure }} like '%\_rate' escape '\'
            then cast(cast(floor({{ value }} * 1000) / 10 as decimal(9, 1)) as string) || ' %'
        when {{ measure }} like 'is\_%' escape '\'
            then case when {{ value }} >= 1 then 'yes' when {{ value }} < 1 then 'no' end
        else cast(cast({{ value }} as integer) as string)
    end
{%- endmacro %}

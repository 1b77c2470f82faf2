{#- How a measure and its value are said to a reader. -#}

{#- absence_rate becomes "absence rate", is_sen_support "SEN support", presenting_needs_count "presenting needs". -#}
{% macro measure_in_words(measure) -%}
    replace(replace(replace(replace(replace(
        {{ measure }}, 'is_', ''), '_count', ''), 'sen_', 'SEN '), 'fsm_', 'FSM '), '_', ' ')
{%- endmacro %}


{#- What values of a measure are counted in: a share, a yes or no, or the things that its name says. -#}
{% macro unit_in_words(measure) -%}
    case
        when right({{ measure }}, 5) = '_rate' then 'share, 0 to 1'
        when left({{ measure }}, 3) = 'is_' then '1 yes, 0 no'
        else {{ measure_in_words(measure) }}
    end
{%- endmacro %}


{#- A rate as per cent, a yes or no, or a whole number: what a measure is, its name says. -#}
{% macro value_in_words(measure, value) -%}
    case
        when right({{ measure }}, 5) = '_rate'
            then cast(cast(floor({{ value }} * 1000) / 10 as decimal(9, 1)) as string) || ' %'
        when left({{ measure }}, 3) = 'is_'
            then case when {{ value }} >= 1 then 'yes' when {{ value }} < 1 then 'no' end
        else cast(cast({{ value }} as integer) as string)
    end
{%- endmacro %}

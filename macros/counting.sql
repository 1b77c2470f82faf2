{#- How children and flags are counted, for every place alike. -#}

{#- Children counted by a flag's state. -#}
{% macro count_states(flag_state) -%}
    count(*) as children_count,
    count(*) filter (where {{ flag_state }} <> 'not_assessable') as assessable_count,
    count(*) filter (where {{ flag_state }} = 'raised') as raised_count,
    count(*) filter (where {{ flag_state }} = 'not_assessable') as not_assessable_count
{%- endmacro %}


{#- Totals of children counted by the state of a flag (int_flags_counted), whatever they are grouped by. -#}
{% macro flag_totals() -%}
    cast(sum(children_count) as bigint) as children_count,
    cast(sum(assessable_count) as bigint) as assessable_count,
    cast(sum(raised_count) as bigint) as raised_count,
    cast(sum(not_assessable_count) as bigint) as not_assessable_count
{%- endmacro %}


{#- The same totals out of a left join: a place where nobody is has no children, and that is a true nought. -#}
{% macro flag_totals_or_nought(totals, prefix='') -%}
    {%- for measure in ['children_count', 'assessable_count', 'raised_count', 'not_assessable_count'] %}
    coalesce({{ totals }}.{{ prefix }}{{ measure }}, 0) as {{ prefix }}{{ measure }}{{ ',' if not loop.last }}
    {%- endfor %}
{%- endmacro %}


{#- A part of a whole from 0 to 1; no rate where there is nobody to count. -#}
{% macro rate(part, whole) -%}
    cast(cast({{ part }} as double) / nullif({{ whole }}, 0) as decimal(9, 4))
{%- endmacro %}


{#- A column's value on the assessment date before; null where the place has no row for that very date. -#}
{% macro on_previous_date(column, partition_by) -%}
    case
        when lag(as_of_date) over (partition by {{ partition_by }} order by as_of_date) = previous_as_of_date
            then lag({{ column }}) over (partition by {{ partition_by }} order by as_of_date)
    end
{%- endmacro %}


{#- Children with a flag, more or fewer than at another time. Where nobody could be assessed, then or now, the nought
    raised is not an answer: no change is told, rather than a rise from or a fall to nothing known. -#}
{% macro change_in_raised(then, prefix='') -%}
    case
        when {{ prefix }}raised_rate is not null and {{ then }}_raised_rate is not null
            then {{ prefix }}raised_count - {{ then }}_raised_count
    end
{%- endmacro %}


{#- A child's state over all flags: raised where one is; not assessable only where none of the flags could be
    assessed. -#}
{% macro any_flag_state(flag_state) -%}
    case
        when count(*) filter (where {{ flag_state }} = 'raised') > 0 then 'raised'
        when count(*) filter (where {{ flag_state }} = 'not_raised') > 0 then 'not_raised'
        else 'not_assessable'
    end
{%- endmacro %}


{#- Whether a young person is of the ages that are published, Years 12 and 13, on a day. -#}
{% macro is_of_published_ages(day, year_12_start_year) -%}
    {{ academic_year_start(day) }} - {{ year_12_start_year }} between 0 and 1
{%- endmacro %}

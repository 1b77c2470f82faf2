{#- Days, ages and validity. Intervals are half-open: the first day is in, the end day is out. -#}

{% macro as_of_date() -%}
    cast('{{ var("as_of_date") }}' as date)
{%- endmacro %}


{% macro end_of_time() -%}
    cast('9999-12-31' as date)
{%- endmacro %}


{% macro valid_on(day, alias, from_column='valid_from_date', to_column='valid_to_date') -%}
    {{ alias }}.{{ from_column }} <= {{ day }} and {{ day }} < {{ alias }}.{{ to_column }}
{%- endmacro %}


{#- A last day, inclusive and perhaps blank, becomes the first day on which it is over. -#}
{% macro end_exclusive(last_day) -%}
    coalesce(cast({{ last_day }} + interval '1' day as date), {{ end_of_time() }})
{%- endmacro %}


{#- The calendar year in which the academic year of a day began; academic years turn on 1 September. -#}
{% macro academic_year_start(day) -%}
    (extract(year from {{ day }}) - case when extract(month from {{ day }}) < 9 then 1 else 0 end)
{%- endmacro %}


{% macro academic_year(day) -%}
    concat(
        cast({{ academic_year_start(day) }} as string), '/',
        lpad(cast(({{ academic_year_start(day) }} + 1) % 100 as string), 2, '0')
    )
{%- endmacro %}


{% macro age_in_years(birth_date, day) -%}
    (
        extract(year from {{ day }}) - extract(year from {{ birth_date }})
        - case
            when extract(month from {{ day }}) * 100 + extract(day from {{ day }})
                < extract(month from {{ birth_date }}) * 100 + extract(day from {{ birth_date }})
                then 1
            else 0
        end
    )
{%- endmacro %}


{#- Completed years on 31 August before the academic year of a day: whoever is born on 1 September is a year
    younger. -#}
{% macro age_at_start_of_academic_year(birth_date, day) -%}
    (
        {{ academic_year_start(day) }} - extract(year from {{ birth_date }})
        - case when extract(month from {{ birth_date }}) >= 9 then 1 else 0 end
    )
{%- endmacro %}


{% macro days_between(from_day, to_day) -%}
    {{ return(adapter.dispatch('days_between')(from_day, to_day)) }}
{%- endmacro %}

{% macro default__days_between(from_day, to_day) -%}
    date_diff('day', {{ from_day }}, {{ to_day }})
{%- endmacro %}

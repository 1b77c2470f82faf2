{#- Counting the two sessions of a day. -#}

{#- How many of the day's two sessions have a category, or one of several. -#}
{% macro sessions_of(categories) -%}
    cast(
        case when coalesce(mornings.category in ('{{ categories | join("', '") }}'), false) then 1 else 0 end
        + case when coalesce(afternoons.category in ('{{ categories | join("', '") }}'), false) then 1 else 0 end
        as integer
    )
{%- endmacro %}


{% macro rows_checksum(columns) -%}
    {{ return(adapter.dispatch('rows_checksum')(columns)) }}
{%- endmacro %}

{#- One number for the content of a group of rows, whatever their order. -#}
{% macro default__rows_checksum(columns) -%}
    sum(cast(hash({{ columns | join(', ') }}) as hugeint))
{%- endmacro %}

{% macro spark__rows_checksum(columns) -%}
    sum(cast(xxhash64({{ columns | join(', ') }}) as decimal(38, 0)))
{%- endmacro %}


{#- The attendance periods that each census carries, one row each, as a query: the autumn census has two. -#}
{% macro census_periods() -%}
    select
        census_year,
        census_term,
        'term' as period,
        term_from_date as period_start_date,
        term_to_date as period_end_date,
        attendance_age_from,
        attendance_age_to,
        persistent_absence_threshold
    from {{ ref('ref_census') }}

    union all

    select
        census_year,
        census_term,
        'summer_half_term_2' as period,
        summer_half_term_2_from_date as period_start_date,
        summer_half_term_2_to_date as period_end_date,
        attendance_age_from,
        attendance_age_to,
        persistent_absence_threshold
    from {{ ref('ref_census') }}
    where summer_half_term_2_to_date is not null
{%- endmacro %}

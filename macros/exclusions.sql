{#- A flag's measure of what was told of suspensions and exclusions by each day, as a query. -#}
{% macro measure_of_exclusions(measure, value, is_incomplete) -%}
with population as (

    select * from {{ changed_partitions(ref('int_child_population'), 'as_of_date') }}

),

told as (

    select * from {{ ref('int_exclusions_told') }}

),

delivered as (

    select count(*) > 0 as is_delivered
    from {{ ref('int_tables_delivered') }}
    where table_name = 'school_census__exclusions'

),

measured as (

    select
        population.child_durable_key,
        population.as_of_date,
        {{ value }} as value,
        case
            when not delivered.is_delivered then 'source_not_delivered'
            when told.child_durable_key is null then 'no_record_for_child'
            when {{ is_incomplete }} then 'sessions_not_recorded'
        end as unassessable_reason,
        told.told_from_date as covers_from_date,
        told.told_to_date as covers_to_date,
        told.delivery_id
    from population
    cross join delivered
    left join told
        on
            population.child_durable_key = told.child_durable_key
            and {{ valid_on('population.as_of_date', 'told', 'told_to_date', 'next_told_to_date') }}

),

measure as (

    select
        child_durable_key,
        as_of_date,
        '{{ measure }}' as measure,
        case when unassessable_reason is null then cast(value as decimal(18, 6)) end as value,
        cast(null as integer) as sessions,
        unassessable_reason,
        cast(null as string) as evidence_code,
        covers_from_date,
        covers_to_date,
        delivery_id
    from measured

)

select * from measure
{%- endmacro %}

{{ config(meta={"partition_by": "as_of_date", "partition_inputs": ["int_child_population"]}) }}
{#- Distinct presenting needs, identified by the day, of the households whose support was open on the day. -#}
with population as (

    select * from {{ changed_partitions(ref('int_child_population'), 'as_of_date') }}

),

spells as (

    select * from {{ ref('int_family_support_spells') }}

),

needs as (

    select * from {{ ref('stg_family_matters__needs') }}

),

-- A workbook tells of the days up to its extract.
delivered as (

    select
        max(delivery_id) as delivery_id,
        max(extract_date) as extract_date
    from {{ ref('int_family_workbook') }}

),

needs_on_day as (

    select
        population.child_durable_key,
        population.as_of_date,
        count(distinct needs.need_code) as needs_count
    from population
    inner join spells
        on
            population.child_durable_key = spells.child_durable_key
            and {{ valid_on('population.as_of_date', 'spells', 'start_date', 'end_date') }}
    inner join needs
        on
            spells.household_id = needs.household_id
            and needs.identified_date <= population.as_of_date
    group by population.child_durable_key, population.as_of_date

),

measure as (

    select
        population.child_durable_key,
        population.as_of_date,
        'presenting_needs_count' as measure,
        case
            when delivered.delivery_id is not null
                then cast(coalesce(needs_on_day.needs_count, 0) as decimal(18, 6))
        end as value,
        cast(null as integer) as sessions,
        case when delivered.delivery_id is null then 'source_not_delivered' end as unassessable_reason,
        cast(null as string) as evidence_code,
        case
            when delivered.delivery_id is not null then least(delivered.extract_date, population.as_of_date)
        end as covers_from_date,
        case
            when delivered.delivery_id is not null then least(delivered.extract_date, population.as_of_date)
        end as covers_to_date,
        delivered.delivery_id
    from population
    cross join delivered
    left join needs_on_day
        on
            population.child_durable_key = needs_on_day.child_durable_key
            and population.as_of_date = needs_on_day.as_of_date

)

select * from measure

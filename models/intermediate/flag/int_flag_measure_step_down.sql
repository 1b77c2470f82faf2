{{ config(meta={"partition_by": "as_of_date", "partition_inputs": ["int_child_population"]}) }}
{#- How many statuses of social care ended in a step down within six months before, of a child that has none now. -#}
with population as (

    select * from {{ changed_partitions(ref('int_child_population'), 'as_of_date') }}

),

spells as (

    select
        people.child_durable_key,
        statuses.is_step_down,
        statuses.valid_from_date,
        statuses.valid_to_date
    from {{ ref('int_social_care_spells') }} as statuses
    inner join {{ ref('int_social_care_children') }} as people on statuses.child_ref = people.child_ref
    where people.child_durable_key is not null

),

-- The censuses tell of the time from a year before the day of the first to the day of the newest.
told as (

    select
        cast(min(reference_date) - interval '1' year as date) as told_from_date,
        max(reference_date) as told_to_date,
        {{ latest('delivery_id', 'reference_date') }} as delivery_id
    from {{ ref('stg_cin_census__children') }}

),

windows as (

    select
        population.child_durable_key,
        population.as_of_date,
        cast(population.as_of_date - interval '6' month as date) as covers_from_date,
        least(population.as_of_date, told.told_to_date) as covers_to_date,
        told.told_from_date,
        told.delivery_id
    from population
    cross join told

),

counted as (

    select
        windows.child_durable_key,
        windows.as_of_date,
        count(*) filter (
            where spells.is_step_down
            and spells.valid_to_date > windows.covers_from_date and spells.valid_to_date <= windows.as_of_date
        ) as step_downs_count,
        bool_or({{ valid_on('windows.as_of_date', 'spells') }}) as has_status
    from windows
    inner join spells on windows.child_durable_key = spells.child_durable_key
    group by windows.child_durable_key, windows.as_of_date

),

measured as (

    select
        windows.*,
        case when counted.has_status then 0 else coalesce(counted.step_downs_count, 0) end as value,
        case
            when windows.delivery_id is null then 'source_not_delivered'
            when windows.covers_from_date < windows.told_from_date then 'no_record_for_child'
        end as unassessable_reason
    from windows
    left join counted
        on
            windows.child_durable_key = counted.child_durable_key
            and windows.as_of_date = counted.as_of_date

),

measure as (

    select
        child_durable_key,
        as_of_date,
        'social_care_ended_in_6_months_count' as measure,
        case when unassessable_reason is null then cast(value as decimal(18, 6)) end as value,
        cast(null as integer) as sessions,
        unassessable_reason,
        cast(null as string) as evidence_code,
        case when unassessable_reason is null then covers_from_date end as covers_from_date,
        case when unassessable_reason is null then covers_to_date end as covers_to_date,
        case when unassessable_reason is null then delivery_id end as delivery_id
    from measured

)

select * from measure

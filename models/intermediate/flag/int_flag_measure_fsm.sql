{{ config(meta={"partition_by": "as_of_date", "partition_inputs": ["int_child_population"]}) }}
{#- Whether a period of eligibility for free school meals covers the day. No census return yet: nothing can be
    said. -#}
with population as (

    select * from {{ changed_partitions(ref('int_child_population'), 'as_of_date') }}

),

spells as (

    select * from {{ ref('int_fsm_spells') }}

),

returns as (

    select * from {{ ref('int_pupil_returns') }}

),

school_returns as (

    select * from {{ ref('int_school_returns') }}

),

delivered as (

    select count(*) > 0 as is_delivered
    from {{ ref('int_tables_delivered') }}
    where table_name = 'school_census__fsm_periods'

),

-- Returns that came with their periods of eligibility, and until when each was the latest.
latest as (

    select
        returns.child_durable_key,
        returns.reference_date,
        coalesce(
            lead(returns.reference_date) over (
                partition by returns.child_durable_key order by returns.reference_date
            ),
            {{ end_of_time() }}
        ) as next_reference_date,
        max(returns.delivery_id) as delivery_id
    from returns
    inner join school_returns
        on
            returns.school_id = school_returns.school_id
            and returns.census_year = school_returns.census_year
            and returns.census_term = school_returns.census_term
    where school_returns.is_fsm_delivered
    group by returns.child_durable_key, returns.reference_date

),

eligible as (

    select
        population.child_durable_key,
        population.as_of_date,
        max(spells.start_date) as start_date
    from population
    inner join spells
        on
            population.child_durable_key = spells.child_durable_key
            and {{ valid_on('population.as_of_date', 'spells', 'start_date', 'end_date') }}
    group by population.child_durable_key, population.as_of_date

),

-- The child has a period of eligibility, but nobody can say of which days.
inconsistent as (

    select distinct
        latest.child_durable_key,
        latest.reference_date
    from latest
    inner join spells
        on
            latest.child_durable_key = spells.child_durable_key
            and latest.reference_date = spells.reference_date
    where not spells.is_consistent

),

measured as (

    select
        population.child_durable_key,
        population.as_of_date,
        eligible.child_durable_key is not null as is_eligible,
        case
            when not delivered.is_delivered then 'source_not_delivered'
            when latest.child_durable_key is null then 'no_record_for_child'
            when eligible.child_durable_key is null and inconsistent.child_durable_key is not null
                then 'period_dates_inconsistent'
        end as unassessable_reason,
        least(eligible.start_date, latest.reference_date) as covers_from_date,
        latest.reference_date as covers_to_date,
        latest.delivery_id
    from population
    cross join delivered
    left join latest
        on
            population.child_durable_key = latest.child_durable_key
            and {{ valid_on('population.as_of_date', 'latest', 'reference_date', 'next_reference_date') }}
    left join eligible
        on
            population.child_durable_key = eligible.child_durable_key
            and population.as_of_date = eligible.as_of_date
    left join inconsistent
        on
            latest.child_durable_key = inconsistent.child_durable_key
            and latest.reference_date = inconsistent.reference_date

),

measure as (

    select
        child_durable_key,
        as_of_date,
        'is_fsm_eligible' as measure,
        case
            when unassessable_reason is null then cast(case when is_eligible then 1 else 0 end as decimal(18, 6))
        end as value,
        cast(null as integer) as sessions,
        unassessable_reason,
        cast(null as string) as evidence_code,
        covers_from_date,
        covers_to_date,
        delivery_id
    from measured

)

select * from measure

{{ config(meta={"partition_by": "as_of_date", "partition_inputs": ["int_child_population"]}) }}
{#- For how many sessions the child was suspended in the academic year of which its latest return tells. A permanent
    exclusion counts as those of a whole year. -#}
with population as (

    select * from {{ changed_partitions(ref('int_child_population'), 'as_of_date') }}

),

exclusions as (

    select * from {{ ref('int_exclusions') }}

),

categories as (

    select * from {{ ref('ref_exclusion_category') }}

),

returns as (

    select * from {{ ref('int_pupil_returns') }}

),

school_returns as (

    select * from {{ ref('int_school_returns') }}

),

census_periods as (

    {{ census_periods() }}

),

delivered as (

    select count(*) > 0 as is_delivered
    from {{ ref('int_tables_delivered') }}
    where table_name = 'school_census__exclusions'

),

years as (

    select
        {{ academic_year('period_end_date') }} as academic_year,
        min(period_start_date) as start_date
    from census_periods
    group by {{ academic_year('period_end_date') }}

),

-- Until which day each census tells of exclusions: a term in arrears, as of attendance.
told as (

    select
        census_year,
        census_term,
        max(period_end_date) as told_to_date
    from census_periods
    group by census_year, census_term

),

-- Until when each of a child's returns that could tell of exclusions is the latest.
latest as (

    select
        returns.child_durable_key,
        told.told_to_date,
        years.start_date,
        coalesce(
            lead(told.told_to_date) over (partition by returns.child_durable_key order by told.told_to_date),
            {{ end_of_time() }}
        ) as next_told_to_date,
        max(returns.delivery_id) as delivery_id
    from returns
    inner join school_returns
        on
            returns.school_id = school_returns.school_id
            and returns.census_year = school_returns.census_year
            and returns.census_term = school_returns.census_term
    inner join told
        on
            returns.census_year = told.census_year
            and returns.census_term = told.census_term
    inner join years on {{ academic_year('told.told_to_date') }} = years.academic_year
    where school_returns.is_exclusions_delivered
    group by returns.child_durable_key, told.told_to_date, years.start_date

),

counted as (

    select
        latest.child_durable_key,
        latest.told_to_date,
        sum(coalesce(categories.counts_as_sessions, exclusions.sessions_excluded)) as sessions_count,
        max(case when exclusions.is_permanent then 1 else 0 end) = 1 as is_permanent,
        max(
            case when coalesce(categories.counts_as_sessions, exclusions.sessions_excluded) is null then 1 else 0 end
        ) = 1 as is_incomplete
    from latest
    inner join exclusions
        on
            latest.child_durable_key = exclusions.child_durable_key
            and exclusions.excluded_date between latest.start_date and latest.told_to_date
    inner join categories on exclusions.category_code = categories.category_code
    group by latest.child_durable_key, latest.told_to_date

),

measured as (

    select
        population.child_durable_key,
        population.as_of_date,
        coalesce(counted.sessions_count, 0) as sessions_count,
        case
            when not delivered.is_delivered then 'source_not_delivered'
            when latest.child_durable_key is null then 'no_record_for_child'
            when counted.is_incomplete and not counted.is_permanent then 'sessions_not_recorded'
        end as unassessable_reason,
        latest.start_date as covers_from_date,
        latest.told_to_date as covers_to_date,
        latest.delivery_id
    from population
    cross join delivered
    left join latest
        on
            population.child_durable_key = latest.child_durable_key
            and {{ valid_on('population.as_of_date', 'latest', 'told_to_date', 'next_told_to_date') }}
    left join counted
        on
            latest.child_durable_key = counted.child_durable_key
            and latest.told_to_date = counted.told_to_date

),

measure as (

    select
        child_durable_key,
        as_of_date,
        'suspended_sessions_count' as measure,
        case when unassessable_reason is null then cast(sessions_count as decimal(18, 6)) end as value,
        cast(null as integer) as sessions,
        unassessable_reason,
        cast(null as string) as evidence_code,
        covers_from_date,
        covers_to_date,
        delivery_id
    from measured

)

select * from measure

{#- What a child's latest return tells of suspensions and exclusions: the twelve months up to the last day that its
    census asks about. -#}
with exclusions as (

    select * from {{ ref('int_exclusions') }}

),

returns as (

    select * from {{ ref('int_pupil_returns') }}

),

school_returns as (

    select * from {{ ref('int_school_returns') }}

),

censuses as (

    select
        census_year,
        census_term,
        exclusions_to_date as told_to_date,
        cast(exclusions_to_date - interval '1' year + interval '1' day as date) as told_from_date
    from {{ ref('ref_census') }}

),

-- Until when each of a child's returns that could tell of exclusions is the latest.
latest as (

    select
        returns.child_durable_key,
        censuses.told_from_date,
        censuses.told_to_date,
        coalesce(
            lead(censuses.told_to_date) over (
                partition by returns.child_durable_key order by censuses.told_to_date
            ),
            {{ end_of_time() }}
        ) as next_told_to_date,
        max(returns.delivery_id) as delivery_id
    from returns
    inner join school_returns
        on
            returns.school_id = school_returns.school_id
            and returns.census_year = school_returns.census_year
            and returns.census_term = school_returns.census_term
    inner join censuses
        on
            returns.census_year = censuses.census_year
            and returns.census_term = censuses.census_term
    where school_returns.is_exclusions_delivered
    group by returns.child_durable_key, censuses.told_from_date, censuses.told_to_date

),

counted as (

    select
        latest.child_durable_key,
        latest.told_from_date,
        latest.told_to_date,
        latest.next_told_to_date,
        latest.delivery_id,
        coalesce(sum(exclusions.sessions_excluded) filter (where not exclusions.is_permanent), 0)
            as sessions_suspended_count,
        count(exclusions.excluded_date) filter (where exclusions.is_permanent) as permanent_exclusions_count,
        count(exclusions.excluded_date) filter (
            where not exclusions.is_permanent and exclusions.sessions_excluded is null
        ) > 0 as has_unknown_sessions
    from latest
    left join exclusions
        on
            latest.child_durable_key = exclusions.child_durable_key
            and exclusions.excluded_date between latest.told_from_date and latest.told_to_date
    group by
        latest.child_durable_key,
        latest.told_from_date,
        latest.told_to_date,
        latest.next_told_to_date,
        latest.delivery_id

)

select * from counted

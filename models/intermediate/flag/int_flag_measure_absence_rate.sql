{{ config(materialized="view") }}
{#- Share of their own possible sessions a child missed so far in the academic year of their latest attendance
    period, at all schools. -#}
with population as (

    select * from {{ ref('int_child_population') }}

),

children as (

    select * from {{ ref('int_children') }}

),

periods as (

    select * from {{ ref('int_attendance_periods') }}

),

returns as (

    select * from {{ ref('int_pupil_returns') }}

),

boarders as (

    select * from {{ ref('ref_boarder') }}

),

censuses as (

    select * from {{ ref('ref_census') }}

),

delivered as (

    select count(*) > 0 as is_delivered
    from {{ ref('stg_ops__delivery_tables') }}
    where is_in_force and table_name = 'school_census__sessions'

),

-- A transfer or a dual registration is several returns of one period: they are added up.
child_periods as (

    select
        child_durable_key,
        academic_year,
        period_end_date,
        min(period_start_date) as period_start_date,
        sum(sessions_possible) as sessions_possible,
        sum(sessions_absent) as sessions_absent,
        max(case when is_consistent then 0 else 1 end) as is_inconsistent,
        max(delivery_id) as delivery_id
    from periods
    group by child_durable_key, academic_year, period_end_date

),

-- What the year so far came to on each day, up to the day the next period ended.
years_so_far as (

    select
        child_durable_key,
        sum(sessions_possible) over year_so_far as sessions_possible,
        sum(sessions_absent) over year_so_far as sessions_absent,
        max(is_inconsistent) over year_so_far = 1 as is_inconsistent,
        min(period_start_date) over year_so_far as covers_from_date,
        period_end_date as covers_to_date,
        coalesce(
            lead(period_end_date) over (partition by child_durable_key order by period_end_date),
            {{ end_of_time() }}
        ) as superseded_date,
        delivery_id
    from child_periods
    window
        year_so_far as (
            partition by child_durable_key, academic_year order by period_end_date
            rows between unbounded preceding and current row
        )

),

-- Few children ever board: only theirs are looked through.
boarding_children as (

    select distinct returns.child_durable_key
    from returns
    inner join boarders on returns.boarder_code = boarders.boarder_code
    where boarders.is_boarder

),

boarding as (

    select
        returns.child_durable_key,
        returns.reference_date,
        coalesce(
            lead(returns.reference_date) over (
                partition by returns.child_durable_key order by returns.reference_date
            ),
            {{ end_of_time() }}
        ) as next_reference_date,
        max(case when boarders.is_boarder then 1 else 0 end) = 1 as is_boarder
    from returns
    inner join boarding_children on returns.child_durable_key = boarding_children.child_durable_key
    left join boarders on returns.boarder_code = boarders.boarder_code
    group by returns.child_durable_key, returns.reference_date

),

-- The ages for which the census in force on the day collects attendance.
collected_ages as (

    select
        population_days.as_of_date,
        max_by(censuses.attendance_age_from, censuses.reference_date) as age_from,
        max_by(censuses.attendance_age_to, censuses.reference_date) as age_to
    from (select distinct as_of_date from population) as population_days
    inner join censuses on population_days.as_of_date >= censuses.reference_date
    group by population_days.as_of_date

),

measured as (

    select
        population.child_durable_key,
        population.as_of_date,
        years_so_far.sessions_possible,
        years_so_far.sessions_absent,
        case
            when not delivered.is_delivered then 'source_not_delivered'
            when
                years_so_far.child_durable_key is null
                and (
                    boarding.is_boarder
                    or {{ age_at_start_of_academic_year('children.birth_date', 'population.as_of_date') }}
                    not between collected_ages.age_from and collected_ages.age_to
                )
                then 'not_collected_at_age'
            when years_so_far.child_durable_key is null then 'no_record_for_child'
            when years_so_far.is_inconsistent then 'sessions_inconsistent'
            when years_so_far.sessions_possible = 0 then 'too_few_sessions'
        end as unassessable_reason,
        years_so_far.covers_from_date,
        years_so_far.covers_to_date,
        years_so_far.delivery_id
    from population
    inner join children on population.child_durable_key = children.child_durable_key
    cross join delivered
    left join years_so_far
        on
            population.child_durable_key = years_so_far.child_durable_key
            and {{ valid_on('population.as_of_date', 'years_so_far', 'covers_to_date', 'superseded_date') }}
    left join boarding
        on
            population.child_durable_key = boarding.child_durable_key
            and {{ valid_on('population.as_of_date', 'boarding', 'reference_date', 'next_reference_date') }}
    left join collected_ages on population.as_of_date = collected_ages.as_of_date

),

measure as (

    select
        child_durable_key,
        as_of_date,
        'absence_rate' as measure,
        case
            when unassessable_reason is null then {{ share('sessions_absent', 'sessions_possible') }}
        end as value,
        cast(sessions_possible as integer) as sessions,
        unassessable_reason,
        covers_from_date,
        covers_to_date,
        delivery_id
    from measured

)

select * from measure

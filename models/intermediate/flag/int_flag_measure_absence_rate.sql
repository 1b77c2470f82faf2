{{ config(meta={
    "partition_by": "as_of_date",
    "partition_inputs": ["int_child_population", "int_attendance_year_so_far"],
}) }}
{#- Share of their own possible sessions a child missed so far in the academic year of their latest attendance, at all
    schools and from whichever source counts. -#}
with population as (

    select * from {{ changed_partitions(ref('int_child_population'), 'as_of_date') }}

),

children as (

    select * from {{ ref('int_children') }}

),

years_so_far as (

    select * from {{ ref('int_attendance_year_so_far') }}

),

boarding as (

    select * from {{ ref('int_boarding_spells') }}

),

censuses as (

    select * from {{ ref('ref_census') }}

),

delivered as (

    select count(*) > 0 as is_delivered
    from {{ ref('int_tables_delivered') }}
    where table_name in ('school_census__sessions', 'attendance_daily__marks')

),

-- The ages for which the census in force on the day collects attendance.
collected_ages as (

    select
        population_days.as_of_date,
        {{ latest('censuses.attendance_age_from', 'censuses.reference_date') }} as age_from,
        {{ latest('censuses.attendance_age_to', 'censuses.reference_date') }} as age_to
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
                    boarding.child_durable_key is not null
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
            and {{ valid_on('population.as_of_date', 'years_so_far') }}
    left join boarding
        on
            population.child_durable_key = boarding.child_durable_key
            and {{ valid_on('population.as_of_date', 'boarding', 'start_date', 'end_date') }}
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
        cast(null as string) as evidence_code,
        covers_from_date,
        covers_to_date,
        delivery_id
    from measured

)

select * from measure

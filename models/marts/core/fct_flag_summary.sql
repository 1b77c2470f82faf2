-- Children of one school on one date, counted by the state of each flag. Every dashboard adds these rows up.
with assessments as (

    select * from {{ ref('fct_flag_assessment') }}

),

flags as (

    select * from {{ ref('dim_flag') }}

),

-- at least one flag raised; not assessable only where none of the flags could be assessed
any_flag as (

    select
        as_of_date,
        child_durable_key,
        any_value(school_key) as school_key,
        case
            when count(*) filter (where flag_state = 'raised') > 0 then 'raised'
            when count(*) filter (where flag_state = 'not_raised') > 0 then 'not_raised'
            else 'not_assessable'
        end as flag_state
    from assessments
    group by as_of_date, child_durable_key

),

states as (

    select
        as_of_date,
        flag_key,
        school_key,
        flag_state
    from assessments

    union all

    select
        any_flag.as_of_date,
        flags.flag_key,
        any_flag.school_key,
        any_flag.flag_state
    from any_flag
    inner join flags on flags.is_summary

),

counted as (

    select
        as_of_date,
        flag_key,
        school_key,
        count(*) as children_count,
        count(*) filter (where flag_state <> 'not_assessable') as assessable_count,
        count(*) filter (where flag_state = 'raised') as raised_count,
        count(*) filter (where flag_state = 'not_assessable') as not_assessable_count
    from states
    group by as_of_date, flag_key, school_key

),

keyed as (

    select
        {{ surrogate_key(['counted.school_key', 'counted.flag_key', 'counted.as_of_date']) }} as flag_summary_key,
        counted.school_key,
        schools.school_durable_key,
        schools.pyramid_key,
        schools.zone_key,
        counted.flag_key,
        {{ date_key('counted.as_of_date') }} as as_of_date_key,
        counted.children_count,
        counted.assessable_count,
        counted.raised_count,
        counted.not_assessable_count,
        counted.as_of_date
    from counted
    left join {{ ref('dim_school') }} as schools on counted.school_key = schools.school_key

)

select * from keyed

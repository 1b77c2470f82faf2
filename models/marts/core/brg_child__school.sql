with counted as (

    select distinct
        child_durable_key,
        child_key,
        school_key,
        as_of_date
    from {{ ref('fct_flag_assessment') }}
    where is_current and population_code = {{ school_age() }}

),

enrolments as (

    select * from {{ ref('fct_enrolment') }}
    where is_current

),

statuses as (

    select * from {{ ref('ref_enrol_status') }}

),

schools as (

    select * from {{ ref('dim_school') }}

),

registered as (

    select
        counted.child_durable_key,
        schools.todays_school_durable_key,
        true as is_main
    from counted
    inner join schools on counted.school_key = schools.school_key

    union all

    select
        enrolments.child_durable_key,
        schools.todays_school_durable_key,
        false as is_main
    from enrolments
    inner join counted on enrolments.child_durable_key = counted.child_durable_key
    inner join statuses on enrolments.enrol_status = statuses.enrol_status
    inner join schools on enrolments.school_key = schools.school_key
    where statuses.is_registered and not statuses.is_main

),

-- two numbers of one school are one school
places as (

    select
        child_durable_key,
        todays_school_durable_key,
        bool_or(is_main) as is_main
    from registered
    group by child_durable_key, todays_school_durable_key

),

keyed as (

    select
        {{ surrogate_key(['places.child_durable_key', 'places.todays_school_durable_key']) }} as child_school_key,
        counted.child_key,
        places.child_durable_key,
        {{ or_unknown('schools.school_key') }} as school_key,
        {{ or_unknown('schools.school_durable_key') }} as school_durable_key,
        {{ or_unknown('schools.todays_pyramid_key') }} as pyramid_key,
        {{ or_unknown('schools.todays_zone_key') }} as zone_key,
        places.is_main,
        counted.as_of_date
    from places
    inner join counted on places.child_durable_key = counted.child_durable_key
    left join schools
        on
            places.todays_school_durable_key = schools.school_durable_key
            and schools.is_current

)

select * from keyed

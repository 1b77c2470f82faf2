{#- Who is judged on which day: children on a main registration, of the ages the rules cover. One row per
    child and day, with the versions of child and school that held, so that facts of closed days need not look again. -#}
with assessment_dates as (

    select * from {{ ref('int_assessment_dates') }}

),

registrations as (

    select * from {{ ref('int_main_registrations') }}

),

children as (

    select * from {{ ref('int_children') }}

),

year_groups as (

    select * from {{ ref('int_child_year_groups') }}

),

child_versions as (

    select
        {{ child_key() }} as child_key,
        child_durable_key,
        valid_from_date,
        valid_to_date
    from {{ ref('int_child_versions') }}

),

school_versions as (

    select
        {{ school_keys() }},
        school_id,
        valid_from_date,
        valid_to_date
    from {{ ref('int_school_versions') }}

),

rules as (

    select * from {{ ref('ref_flag_rule') }}
    where flag_code in (select flags_on.flag_code from {{ flags_on('school_age') }} as flags_on)

),

ages_covered as (

    select
        assessment_dates.as_of_date,
        assessment_dates.is_current,
        min(rules.age_from) as age_from,
        max(rules.age_to) as age_to
    from assessment_dates
    inner join rules on {{ valid_on('assessment_dates.as_of_date', 'rules') }}
    group by assessment_dates.as_of_date, assessment_dates.is_current

),

registered as (

    select
        registrations.child_durable_key,
        ages_covered.as_of_date,
        ages_covered.is_current,
        ages_covered.age_from,
        ages_covered.age_to,
        registrations.school_id,
        {{ age_in_years('children.birth_date', 'ages_covered.as_of_date') }} as age_years,
        year_groups.nc_year,
        row_number() over (
            partition by registrations.child_durable_key, ages_covered.as_of_date
            order by registrations.preference
        ) as preference
    from registrations
    inner join ages_covered
        on {{ valid_on('ages_covered.as_of_date', 'registrations', 'start_date', 'end_date') }}
    inner join children on registrations.child_durable_key = children.child_durable_key
    -- counted nowhere either: what a list lacks and a count has would single the child out
    anti join {{ ref('int_children_restricted') }} as restricted
        on registrations.child_durable_key = restricted.child_durable_key
    left join year_groups
        on
            registrations.child_durable_key = year_groups.child_durable_key
            and {{ valid_on('ages_covered.as_of_date', 'year_groups') }}

),

population as (

    select
        registered.child_durable_key,
        registered.as_of_date,
        registered.is_current,
        registered.school_id,
        cast(registered.age_years as integer) as age_years,
        registered.nc_year,
        {{ or_unknown('child_versions.child_key') }} as child_key,
        {{ or_unknown('school_versions.school_key') }} as school_key,
        {{ or_unknown('school_versions.school_durable_key') }} as school_durable_key,
        {{ or_unknown('school_versions.pyramid_key') }} as pyramid_key,
        {{ or_unknown('school_versions.zone_key') }} as zone_key
    from registered
    left join child_versions
        on
            registered.child_durable_key = child_versions.child_durable_key
            and {{ valid_on('registered.as_of_date', 'child_versions') }}
    left join school_versions
        on
            registered.school_id = school_versions.school_id
            and {{ valid_on('registered.as_of_date', 'school_versions') }}
    where registered.preference = 1 and registered.age_years between registered.age_from and registered.age_to

)

select * from population

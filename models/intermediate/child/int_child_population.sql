{{ config(meta={"read_by": ["expectations"]}) }}
{#- Who is judged on which day: children on a main registration, of the ages the rules cover. One row per
    child and day. -#}
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

rules as (

    select * from {{ ref('ref_flag_rule') }}
    where flag_code in (select flags_on.flag_code from {{ flags_on() }} as flags_on)

),

ages_covered as (

    select
        assessment_dates.as_of_date,
        min(rules.age_from) as age_from,
        max(rules.age_to) as age_to
    from assessment_dates
    inner join rules on {{ valid_on('assessment_dates.as_of_date', 'rules') }}
    group by assessment_dates.as_of_date

),

registered as (

    select
        registrations.child_durable_key,
        ages_covered.as_of_date,
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
    left join year_groups
        on
            registrations.child_durable_key = year_groups.child_durable_key
            and {{ valid_on('ages_covered.as_of_date', 'year_groups') }}

),

population as (

    select
        child_durable_key,
        as_of_date,
        school_id,
        cast(age_years as integer) as age_years,
        nc_year
    from registered
    where preference = 1 and age_years between age_from and age_to

)

select * from population

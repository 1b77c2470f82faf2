{#- Whom flags of children not in school are asked of on which day: whoever is on one of the two lists and on no
    school's roll. Their zone is that of their home, or where nobody knows that, of the school they were last at. -#}
with assessment_dates as (

    select * from {{ ref('int_assessment_dates') }}

),

rules as (

    select * from {{ ref('ref_flag_rule') }}
    where flag_code in (select flags_on.flag_code from {{ flags_on('not_in_school') }} as flags_on)

),

spells as (

    select * from {{ ref('int_not_in_school_spells') }}

),

registrations as (

    select * from {{ ref('int_main_registrations') }}

),

child_versions as (

    select
        {{ child_key() }} as child_key,
        child_durable_key,
        lsoa_code,
        valid_from_date,
        valid_to_date
    from {{ ref('int_child_versions') }}

),

area_zones as (

    select * from {{ ref('int_area_zones') }}

),

schools as (

    select * from {{ ref('int_school_versions') }}

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

-- once, though on both lists
listed as (

    select
        spells.child_durable_key,
        ages_covered.as_of_date,
        ages_covered.is_current,
        ages_covered.age_from,
        ages_covered.age_to,
        spells.school_id,
        cast({{ age_in_years('spells.birth_date', 'ages_covered.as_of_date') }} as integer) as age_years
    from spells
    anti join {{ ref('int_children_restricted') }} as restricted
        on spells.child_durable_key = restricted.child_durable_key
    inner join ages_covered on {{ valid_on('ages_covered.as_of_date', 'spells') }}
    qualify row_number() over (
        partition by spells.child_durable_key, ages_covered.as_of_date
        order by spells.start_date desc, spells.person_id asc, spells.kind asc
    ) = 1

),

out_of_school as (

    select listed.*
    from listed
    left join registrations
        on
            listed.child_durable_key = registrations.child_durable_key
            and {{ valid_on('listed.as_of_date', 'registrations', 'start_date', 'end_date') }}
    where registrations.child_durable_key is null and listed.age_years between listed.age_from and listed.age_to

),

placed as (

    select
        out_of_school.child_durable_key,
        out_of_school.as_of_date,
        out_of_school.is_current,
        out_of_school.age_years,
        {{ or_unknown('child_versions.child_key') }} as child_key,
        coalesce(area_zones.zone_code, schools.zone_code) as zone_code
    from out_of_school
    left join child_versions
        on
            out_of_school.child_durable_key = child_versions.child_durable_key
            and {{ valid_on('out_of_school.as_of_date', 'child_versions') }}
    left join area_zones
        on
            child_versions.lsoa_code = area_zones.lsoa_code
            and {{ valid_on('out_of_school.as_of_date', 'area_zones') }}
    left join schools
        on
            out_of_school.school_id = schools.school_id
            and {{ valid_on('out_of_school.as_of_date', 'schools') }}

),

population as (

    select
        *,
        {{ key_or_unknown('zone_code') }} as zone_key
    from placed

)

select * from population

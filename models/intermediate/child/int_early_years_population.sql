{#- Whom flags before school are asked of on which day: children of whom the census in force on the day tells. Their
    zone is that of their home. -#}
with assessment_dates as (

    select * from {{ ref('int_assessment_dates') }}

),

rules as (

    select * from {{ ref('ref_flag_rule') }}
    where flag_code in (select flags_on.flag_code from {{ flags_on('early_years') }} as flags_on)

),

places as (

    select * from {{ ref('int_early_years_places') }}

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

-- once, at however many settings
returned as (

    select
        places.child_durable_key,
        ages_covered.as_of_date,
        ages_covered.is_current,
        min(ages_covered.age_from) as age_from,
        max(ages_covered.age_to) as age_to,
        max(cast({{ age_in_years('places.birth_date', 'ages_covered.as_of_date') }} as integer)) as age_years
    from places
    anti join {{ ref('int_children_restricted') }} as restricted
        on places.child_durable_key = restricted.child_durable_key
    inner join ages_covered on {{ valid_on('ages_covered.as_of_date', 'places') }}
    group by places.child_durable_key, ages_covered.as_of_date, ages_covered.is_current

),

placed as (

    select
        returned.child_durable_key,
        returned.as_of_date,
        returned.is_current,
        returned.age_years,
        {{ or_unknown('child_versions.child_key') }} as child_key,
        area_zones.zone_code
    from returned
    left join child_versions
        on
            returned.child_durable_key = child_versions.child_durable_key
            and {{ valid_on('returned.as_of_date', 'child_versions') }}
    left join area_zones
        on
            child_versions.lsoa_code = area_zones.lsoa_code
            and {{ valid_on('returned.as_of_date', 'area_zones') }}
    where returned.age_years between returned.age_from and returned.age_to

),

population as (

    select
        *,
        {{ key_or_unknown('zone_code') }} as zone_key
    from placed

)

select * from population

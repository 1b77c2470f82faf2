{#- Whom flags after Year 11 are asked of on which day: young people whom the monthly return follows and who are known
    as a child. Their zone is that of their home, or where nobody knows that, of the school they were last at. -#}
with assessment_dates as (

    select * from {{ ref('int_assessment_dates') }}

),

rules as (

    select * from {{ ref('ref_flag_rule') }}
    where flag_code in (select flags_on.flag_code from {{ flags_on('post16') }} as flags_on)

),

activities as (

    select * from {{ ref('int_post16_activities') }}

),

people as (

    select * from {{ ref('int_young_people') }}
    where child_durable_key is not null

),

children as (

    select * from {{ ref('int_children') }}

),

statuses as (

    select * from {{ ref('ref_post16_cohort_status') }}
    where is_counted

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

-- two references of the case system may be one child: the one told of last
followed as (

    select
        people.child_durable_key,
        people.person_id,
        people.school_id,
        ages_covered.as_of_date,
        ages_covered.is_current,
        ages_covered.age_from,
        ages_covered.age_to,
        cast({{ age_in_years('children.birth_date', 'ages_covered.as_of_date') }} as integer) as age_years
    from activities
    inner join statuses on activities.cohort_code = statuses.cohort_code
    inner join people on activities.person_id = people.person_id
    inner join children on people.child_durable_key = children.child_durable_key
    anti join {{ ref('int_children_restricted') }} as restricted
        on people.child_durable_key = restricted.child_durable_key
    inner join ages_covered on {{ valid_on('ages_covered.as_of_date', 'activities') }}
    qualify row_number() over (
        partition by people.child_durable_key, ages_covered.as_of_date
        order by activities.last_told_date desc, people.person_id asc
    ) = 1

),

placed as (

    select
        followed.child_durable_key,
        followed.person_id,
        followed.as_of_date,
        followed.is_current,
        followed.age_years,
        {{ or_unknown('child_versions.child_key') }} as child_key,
        coalesce(area_zones.zone_code, schools.zone_code) as zone_code,
        case
            when area_zones.zone_code is not null then 'home'
            when schools.zone_code is not null then 'last_school'
        end as zone_basis
    from followed
    left join child_versions
        on
            followed.child_durable_key = child_versions.child_durable_key
            and {{ valid_on('followed.as_of_date', 'child_versions') }}
    left join area_zones
        on
            child_versions.lsoa_code = area_zones.lsoa_code
            and {{ valid_on('followed.as_of_date', 'area_zones') }}
    left join schools
        on
            followed.school_id = schools.school_id
            and {{ valid_on('followed.as_of_date', 'schools') }}
    where followed.age_years between followed.age_from and followed.age_to

),

population as (

    select
        *,
        {{ key_or_unknown('zone_code') }} as zone_key
    from placed

)

select * from population

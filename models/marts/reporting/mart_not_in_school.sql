with spells as (

    select * from {{ ref('fct_not_in_school_spell') }}
    where is_open and not is_on_roll and child_durable_key <> {{ unknown_key() }}

),

kinds as (

    select distinct
        kind,
        kind_name
    from {{ ref('ref_not_in_school_kind') }}

),

suitabilities as (

    select distinct
        suitability,
        suitability_name
    from {{ ref('ref_not_in_school_suitability') }}

),

-- whose list it is: the ages that the rule of missing education covers, whether or not a council asks the flag
ages as (

    select
        min(rules.age_from) as age_from,
        max(rules.age_to) as age_to
    from {{ ref('ref_flag_rule') }} as rules
    where rules.flag_code = 'missing_education' and {{ valid_on(as_of_date(), 'rules') }}

),

homes as (

    select
        children.child_durable_key,
        children.sex,
        area_zones.zone_key
    from {{ ref('dim_child') }} as children
    left join {{ ref('brg_area__zone') }} as area_zones
        on children.area_key = area_zones.area_key and {{ valid_on(as_of_date(), 'area_zones') }}
    where children.is_current

),

-- on both lists once, as missing education
listed as (

    select * from spells
    qualify row_number() over (
        partition by child_durable_key
        order by coalesce(is_missing_education, false) desc, start_date desc, not_in_school_spell_key asc
    ) = 1

),

told as (

    select
        listed.child_durable_key,
        coalesce(homes.zone_key, listed.zone_key) as zone_key,
        zones.zone_code,
        zones.zone_name,
        listed.age_years,
        homes.sex,
        listed.kind,
        kinds.kind_name,
        listed.start_date as since_date,
        listed.suitability,
        suitabilities.suitability_name,
        listed.is_missing_education,
        listed.has_attendance_order,
        schools.school_name as last_school_name,
        {{ as_of_date() }} as as_of_date
    from listed
    inner join ages on listed.age_years between ages.age_from and ages.age_to
    inner join homes on listed.child_durable_key = homes.child_durable_key
    inner join kinds on listed.kind = kinds.kind
    left join suitabilities on listed.suitability = suitabilities.suitability
    left join {{ ref('dim_zone') }} as zones on coalesce(homes.zone_key, listed.zone_key) = zones.zone_key
    left join {{ ref('dim_school') }} as schools
        on listed.school_key = schools.school_key and schools.school_key <> {{ unknown_key() }}

)

select * from told

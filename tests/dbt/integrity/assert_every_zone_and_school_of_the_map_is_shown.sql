-- What: every zone of the map is on the dashboard for every date, and every school of the map has a row per
-- source in mart_freshness, children and deliveries or not; one that was merged into another is shown as that one.
-- When it matters: always. What is not shown is not missed.
-- How to resolve: look for a filter or an inner join that drops the zone or school below.
with zones as (

    select
        'zone' as place,
        zones.zone_code as place_code,
        dates.calendar_date as as_of_date
    from {{ ref('dim_zone') }} as zones
    cross join {{ ref('dim_date') }} as dates
    left join {{ ref('mart_zone_dashboard') }} as dashboard
        on
            zones.zone_key = dashboard.zone_key
            and dates.calendar_date = dashboard.as_of_date
            and dashboard.flag_code = 'any'
    where
        zones.zone_key <> {{ unknown_key() }}
        and dates.is_assessment_date
        and dashboard.zone_key is null

),

schools as (

    select
        'school' as place,
        schools.school_id as place_code,
        cast(null as date) as as_of_date
    from {{ ref('dim_school') }} as schools
    left join {{ ref('mart_freshness') }} as freshness
        on schools.school_durable_key = freshness.school_durable_key
    where
        schools.is_on_map
        and schools.is_current
        and schools.school_durable_key = schools.todays_school_durable_key
        and freshness.school_durable_key is null

)

select * from zones

union all

select * from schools

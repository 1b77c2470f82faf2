-- What: for every flag and date, today's map holds the children that were counted then: its zones add up to the county
-- as it was, and on the current date both maps are one.
-- When it matters: always. A school that closed or moved must not take its past with it.
-- How to resolve: compare todays_zone_key with zone_key in dim_school for the schools of the zone below; see
-- int_school_versions for how today's place is found.
with dashboard as (

    select * from {{ ref('mart_zone_dashboard') }}

),

zones as (

    select
        flag_code,
        as_of_date,
        sum(todays_map_children_count) as children_count,
        sum(todays_map_assessable_count) as assessable_count,
        sum(todays_map_raised_count) as raised_count,
        sum(todays_map_not_assessable_count) as not_assessable_count
    from dashboard
    where not is_county
    group by flag_code, as_of_date

)

select
    dashboard.zone_code,
    dashboard.flag_code,
    dashboard.as_of_date
from dashboard
left join zones on dashboard.flag_code = zones.flag_code and dashboard.as_of_date = zones.as_of_date
where
    dashboard.is_county
    and (
        dashboard.children_count <> coalesce(zones.children_count, 0)
        or dashboard.assessable_count <> coalesce(zones.assessable_count, 0)
        or dashboard.raised_count <> coalesce(zones.raised_count, 0)
        or dashboard.not_assessable_count <> coalesce(zones.not_assessable_count, 0)
    )

union all

select
    zone_code,
    flag_code,
    as_of_date
from dashboard
where
    is_current
    and zone_code <> {{ unknown_key() }}
    and (
        children_count > todays_map_children_count
        or assessable_count > todays_map_assessable_count
        or raised_count > todays_map_raised_count
        or not_assessable_count > todays_map_not_assessable_count
    )

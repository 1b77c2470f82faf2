-- What: for every zone, flag and date, the counts of its schools are those of the zone.
-- When it matters: always. Head teachers and zone leads would read different numbers.
-- How to resolve: look at the schools of the zone below in mart_school_overview. A school and its successor
-- that were open on one date in two zones are shown as one school in one of them: correct the map.
with schools as (

    select
        zone_code,
        flag_code,
        as_of_date,
        {{ flag_totals() }}
    from {{ ref('mart_school_overview') }}
    group by zone_code, flag_code, as_of_date

),

zones as (

    select dashboard.*
    from {{ ref('mart_zone_dashboard') }} as dashboard
    inner join {{ ref('dim_flag') }} as flags on dashboard.flag_code = flags.flag_code
    where not dashboard.is_county and flags.population_code = {{ school_age() }}

)

select
    coalesce(zones.zone_code, schools.zone_code) as zone_code,
    coalesce(zones.flag_code, schools.flag_code) as flag_code,
    coalesce(zones.as_of_date, schools.as_of_date) as as_of_date,
    zones.children_count as zone_children_count,
    schools.children_count as schools_children_count,
    zones.raised_count as zone_raised_count,
    schools.raised_count as schools_raised_count
from zones
full outer join schools
    on
        zones.zone_code = schools.zone_code
        and zones.flag_code = schools.flag_code
        and zones.as_of_date = schools.as_of_date
where
    -- a zone without schools on the date has nobody in it
    coalesce(zones.children_count, 0) <> coalesce(schools.children_count, 0)
    or coalesce(zones.assessable_count, 0) <> coalesce(schools.assessable_count, 0)
    or coalesce(zones.raised_count, 0) <> coalesce(schools.raised_count, 0)
    or coalesce(zones.not_assessable_count, 0) <> coalesce(schools.not_assessable_count, 0)

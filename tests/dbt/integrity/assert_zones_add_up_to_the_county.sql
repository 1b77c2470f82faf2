-- What: for every flag and date, the counts of all zones, the unknown one included, are those of the county.
-- When it matters: always. A child is counted in one zone; a difference is a child counted twice or not at
-- all.
-- How to resolve: compare mart_zone_dashboard with fct_flag_summary for the flag and date below. A zone that
-- is missing in dim_zone but stands in dim_school loses its children here.
with zones as (

    select
        flag_code,
        as_of_date,
        {{ flag_totals() }}
    from {{ ref('mart_zone_dashboard') }}
    where not is_county
    group by flag_code, as_of_date

),

county as (

    select * from {{ ref('mart_zone_dashboard') }}
    where is_county

)

select
    county.flag_code,
    county.as_of_date,
    county.children_count as county_children_count,
    zones.children_count as zones_children_count,
    county.raised_count as county_raised_count,
    zones.raised_count as zones_raised_count
from county
full outer join zones
    on county.flag_code = zones.flag_code and county.as_of_date = zones.as_of_date
where
    -- a county without a map and without children has no zones
    coalesce(county.children_count, 0) <> coalesce(zones.children_count, 0)
    or coalesce(county.assessable_count, 0) <> coalesce(zones.assessable_count, 0)
    or coalesce(county.raised_count, 0) <> coalesce(zones.raised_count, 0)
    or coalesce(county.not_assessable_count, 0) <> coalesce(zones.not_assessable_count, 0)

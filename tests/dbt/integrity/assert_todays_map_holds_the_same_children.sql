-- What: for every flag and date, today's map holds the children that were counted then: its zones add up to the county
-- as it was, and on the current date both maps are one.
-- When it matters: always. A school that closed or moved must not take its past with it.
-- How to resolve: compare todays_zone_key with zone_key in dim_school for the schools of the zone below; see
-- int_school_versions for how today's place is found.
{%- set measures = ['children_count', 'assessable_count', 'raised_count', 'not_assessable_count'] %}
with dashboard as (

    select * from {{ ref('mart_zone_dashboard') }}

),

zones as (

    select
        flag_code,
        as_of_date,
        {%- for measure in measures %}
        sum(todays_map_{{ measure }}) as {{ measure }}{{ ',' if not loop.last }}
        {%- endfor %}
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
        {% for measure in measures %}
            dashboard.{{ measure }} <> coalesce(zones.{{ measure }}, 0) {{ 'or' if not loop.last }}
        {% endfor %}
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
        {% for measure in measures %}
            {{ measure }} > todays_map_{{ measure }} {{ 'or' if not loop.last }}
        {% endfor %}
    )

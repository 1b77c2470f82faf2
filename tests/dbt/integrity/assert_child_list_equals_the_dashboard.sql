-- What: children and raised flags counted from the child list are those of the county on the current date.
-- When it matters: always. A professional who counts the list must get the number on the dashboard.
-- How to resolve: look for children that stand in fct_flag_assessment with is_current and not in
-- mart_child_list, or for a flag of ref_flag that is on and has no column in it.
{%- set flags = flag_codes().split(',') %}
with counted as (

    {% for flag in flags %}
        select
            '{{ flag }}' as flag_code,
            count(*) as children_count,
            count(*) filter (where {{ flag }}_state = 'raised') as raised_count,
            count(*) filter (where {{ flag }}_state = 'not_assessable') as not_assessable_count
        from {{ ref('mart_child_list') }}
        union all
    {% endfor %}
    select
        'any' as flag_code,
        count(*) as children_count,
        count(*) filter (where indicators_raised_count > 0) as raised_count,
        count(*) filter (where indicators_not_assessable_count = {{ flags | length }}) as not_assessable_count
    from {{ ref('mart_child_list') }}

),

county as (

    select dashboard.*
    from {{ ref('mart_zone_dashboard') }} as dashboard
    inner join {{ ref('dim_flag') }} as flags on dashboard.flag_code = flags.flag_code
    where dashboard.is_county and dashboard.is_current and flags.population_code = {{ school_age() }}

)

select
    coalesce(county.flag_code, counted.flag_code) as flag_code,
    county.children_count as dashboard_children_count,
    counted.children_count as list_children_count,
    county.raised_count as dashboard_raised_count,
    counted.raised_count as list_raised_count
from county
full outer join counted on county.flag_code = counted.flag_code
where
    -- a county of which nothing was delivered has no row
    coalesce(county.children_count, 0) <> coalesce(counted.children_count, 0)
    or coalesce(county.raised_count, 0) <> coalesce(counted.raised_count, 0)
    or coalesce(county.not_assessable_count, 0) <> coalesce(counted.not_assessable_count, 0)

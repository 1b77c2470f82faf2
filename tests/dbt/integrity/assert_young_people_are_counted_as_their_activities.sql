-- What: after Year 11, the flags raised and the young people counted of each zone and the county are those that
-- fct_post16_activity tells of for the day; what cannot be assessed may be either.
-- When it matters: where a council has turned on a flag of young people. They are at no school, so no sum over schools
-- would show one who is counted in the wrong zone or not at all.
-- How to resolve: compare int_post16_population and the flag's measure with the facts for the zone below.
with dates as (

    select calendar_date as as_of_date from {{ ref('dim_date') }}
    where is_current_assessment_date

),

followed as (

    select
        activities.*,
        dates.as_of_date
    from {{ ref('fct_post16_activity') }} as activities
    inner join dates on {{ valid_on('dates.as_of_date', 'activities') }}
    where activities.is_counted and activities.child_durable_key <> {{ unknown_key() }}
    qualify row_number() over (
        partition by activities.child_durable_key order by activities.last_told_date desc
    ) = 1

),

asked as (

    select distinct child_durable_key
    from {{ ref('fct_flag_assessment') }}
    where is_current and population_code = 'post16'

),

told as (

    select
        'neet' as flag_code,
        count(*) as children_count,
        count(*) filter (where followed.is_neet) as raised_count
    from followed
    inner join asked on followed.child_durable_key = asked.child_durable_key

    union all

    select
        'not_known' as flag_code,
        count(*) as children_count,
        count(*) filter (where followed.is_not_known) as raised_count
    from followed
    inner join asked on followed.child_durable_key = asked.child_durable_key

),

counted as (

    select
        dashboard.flag_code,
        sum(dashboard.children_count) filter (where dashboard.is_county) as children_count,
        sum(dashboard.raised_count) filter (where dashboard.is_county) as raised_count,
        sum(dashboard.not_assessable_count) filter (where dashboard.is_county) as not_assessable_count,
        sum(dashboard.children_count) filter (where not dashboard.is_county) as zones_children_count,
        sum(dashboard.raised_count) filter (where not dashboard.is_county) as zones_raised_count
    from {{ ref('mart_zone_dashboard') }} as dashboard
    inner join {{ ref('dim_flag') }} as flags on dashboard.flag_code = flags.flag_code
    where dashboard.is_current and flags.population_code = 'post16'
    group by dashboard.flag_code

)

select
    counted.flag_code,
    counted.children_count,
    counted.raised_count,
    told.children_count as told_children_count,
    told.raised_count as told_raised_count
from counted
left join told on counted.flag_code = told.flag_code
where
    counted.children_count <> counted.zones_children_count
    or counted.raised_count <> counted.zones_raised_count
    or counted.children_count <> told.children_count
    or told.raised_count not between counted.raised_count and counted.raised_count + counted.not_assessable_count

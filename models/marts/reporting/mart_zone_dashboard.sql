with summary as (

    select * from {{ ref('fct_flag_summary') }}
    where rule_basis = 'in_force'

),

dates as (

    select * from {{ ref('dim_date') }}
    where is_assessment_date

),

flags as (

    select * from {{ ref('dim_flag') }}
    where flag_key <> {{ unknown_key() }}

),

schools as (

    select * from {{ ref('dim_school') }}

),

-- the same children in the zone that their school belongs to today
on_todays_map as (

    select
        {{ or_unknown('schools.todays_zone_key') }} as zone_key,
        summary.flag_key,
        summary.as_of_date,
        summary.children_count,
        summary.assessable_count,
        summary.raised_count,
        summary.not_assessable_count
    from summary
    left join schools on summary.school_key = schools.school_key

),

-- every zone of the map, children or not; the unknown one only where children are in it
places as (

    select
        zone_key,
        zone_code,
        zone_name
    from {{ ref('dim_zone') }}
    where
        zone_key <> {{ unknown_key() }}
        or zone_key in (select summary.zone_key from summary)
        or zone_key in (select on_todays_map.zone_key from on_todays_map)

    union all

    select
        'county' as zone_key,
        'county' as zone_code,
        'County' as zone_name

),

totals as (

    select
        zone_key,
        flag_key,
        as_of_date,
        {{ flag_totals() }}
    from summary
    group by zone_key, flag_key, as_of_date

    union all

    select
        'county' as zone_key,
        flag_key,
        as_of_date,
        {{ flag_totals() }}
    from summary
    group by flag_key, as_of_date

),

todays_totals as (

    select
        zone_key,
        flag_key,
        as_of_date,
        {{ flag_totals() }}
    from on_todays_map
    group by zone_key, flag_key, as_of_date

    union all

    select * from totals
    where zone_key = 'county'

),

counted as (

    select
        places.zone_key,
        places.zone_code,
        places.zone_name,
        flags.flag_key,
        flags.flag_code,
        flags.flag_name,
        flags.display_order,
        dates.half_term_label,
        dates.calendar_date as as_of_date,
        dates.previous_assessment_date as previous_as_of_date,
        dates.is_current_assessment_date as is_current,
        {{ flag_totals_or_nought('totals') }},
        {{ flag_totals_or_nought('todays_totals', 'todays_map_') }}
    from places
    cross join flags
    cross join dates
    left join totals
        on
            places.zone_key = totals.zone_key
            and flags.flag_key = totals.flag_key
            and dates.calendar_date = totals.as_of_date
    left join todays_totals
        on
            places.zone_key = todays_totals.zone_key
            and flags.flag_key = todays_totals.flag_key
            and dates.calendar_date = todays_totals.as_of_date

),

rated as (

    select
        *,
        {{ rate('raised_count', 'assessable_count') }} as raised_rate,
        {{ rate('raised_count', 'children_count') }} as raised_share,
        {{ rate('todays_map_raised_count', 'todays_map_assessable_count') }} as todays_map_raised_rate,
        {{ rate('todays_map_raised_count', 'todays_map_children_count') }} as todays_map_raised_share
    from counted

),

compared as (

    select
        *,
        {{ on_previous_date('raised_count', 'zone_key, flag_key') }} as previous_raised_count,
        {{ on_previous_date('raised_rate', 'zone_key, flag_key') }} as previous_raised_rate,
        {{ on_previous_date('todays_map_raised_count', 'zone_key, flag_key') }} as todays_map_previous_raised_count,
        {{ on_previous_date('todays_map_raised_rate', 'zone_key, flag_key') }} as todays_map_previous_raised_rate
    from rated

),

dashboard as (

    select
        {{ surrogate_key(['zone_key', 'flag_key', 'as_of_date']) }} as zone_dashboard_key,
        zone_key,
        zone_code,
        zone_name,
        zone_code = 'county' as is_county,
        flag_code,
        flag_name,
        display_order,
        half_term_label,
        as_of_date,
        is_current,
        children_count,
        assessable_count,
        raised_count,
        not_assessable_count,
        raised_rate,
        raised_share,
        previous_raised_count,
        {{ change_in_raised('previous') }} as change_in_raised_count,
        cast(raised_rate - previous_raised_rate as decimal(9, 4)) as change_in_raised_rate,
        todays_map_children_count,
        todays_map_assessable_count,
        todays_map_raised_count,
        todays_map_not_assessable_count,
        todays_map_raised_rate,
        todays_map_raised_share,
        todays_map_previous_raised_count,
        {{ change_in_raised('todays_map_previous', 'todays_map_') }} as todays_map_change_in_raised_count,
        cast(todays_map_raised_rate - todays_map_previous_raised_rate as decimal(9, 4))
            as todays_map_change_in_raised_rate
    from compared

)

select * from dashboard

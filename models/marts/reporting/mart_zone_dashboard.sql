with counts as (

    select * from {{ ref('fct_flag_place') }}
    where rule_basis = 'in_force'

),

places as (

    select * from {{ ref('dim_place') }}
    where place_type in ('county', 'zone')

),

flags as (

    select * from {{ ref('dim_flag') }}

),

dates as (

    select * from {{ ref('dim_date') }}

),

described as (

    select
        counts.*,
        -- the county's key is that of dim_place
        coalesce(places.zone_key, places.place_key) as zone_key,
        places.place_code as zone_code,
        places.place_name as zone_name,
        places.place_type = 'county' as is_county,
        flags.flag_code,
        flags.flag_name,
        flags.population_name,
        flags.display_order,
        dates.half_term_label,
        dates.is_current_assessment_date as is_current
    from counts
    inner join places on counts.place_key = places.place_key
    inner join flags on counts.flag_key = flags.flag_key
    inner join dates on counts.as_of_date = dates.calendar_date

),

dashboard as (

    select
        {{ surrogate_key(['zone_key', 'flag_key', 'as_of_date']) }} as zone_dashboard_key,
        zone_key,
        zone_code,
        zone_name,
        is_county,
        flag_code,
        flag_name,
        population_name,
        display_order,
        half_term_label,
        as_of_date,
        is_current,
        children_count,
        assessable_count,
        raised_count,
        not_assessable_count,
        raised_rate,
        {{ rate('raised_count', 'children_count') }} as raised_share,
        previous_raised_count,
        change_since_previous_count as change_in_raised_count,
        change_since_previous_rate as change_in_raised_rate,
        todays_map_children_count,
        todays_map_assessable_count,
        todays_map_raised_count,
        todays_map_not_assessable_count,
        todays_map_raised_rate,
        {{ rate('todays_map_raised_count', 'todays_map_children_count') }} as todays_map_raised_share,
        todays_map_previous_raised_count,
        todays_map_change_since_previous_count as todays_map_change_in_raised_count,
        todays_map_change_since_previous_rate as todays_map_change_in_raised_rate
    from described

)

select * from dashboard

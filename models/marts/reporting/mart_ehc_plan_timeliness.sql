{#- How soon plans were issued in each calendar year that a SEN2 return tells of, by zone and county. -#}
with years as (

    select
        cast(extract(year from covers_from_date) as integer) as calendar_year,
        max(covers_to_date) as return_date
    from {{ ref('dim_delivery') }}
    where source = 'sen2' and is_in_force
    group by extract(year from covers_from_date)

),

requests as (

    select * from {{ ref('fct_ehc_plan_request') }}

),

-- The plan's zone is that of the request; a plan of a year is one that was issued in it.
events as (

    select
        zone_key,
        cast(extract(year from plan_start_date) as integer) as calendar_year,
        'issued' as event,
        weeks_to_plan,
        is_plan_in_time,
        is_excepted,
        false as is_refused,
        false as is_open_too_long
    from requests
    where plan_start_date is not null

    union all

    select
        zone_key,
        cast(extract(year from received_date) as integer) as calendar_year,
        'received' as event,
        null as weeks_to_plan,
        null as is_plan_in_time,
        is_excepted,
        is_refused,
        is_open_too_long
    from requests
    where received_date is not null

),

by_place as (

    select
        *,
        zone_key as place_key
    from events

    union all

    select
        *,
        'county' as place_key
    from events

),

counted as (

    select
        place_key,
        calendar_year,
        count(*) filter (where event = 'issued') as issued_count,
        count(*) filter (where event = 'issued' and is_plan_in_time is not null) as timed_count,
        count(*) filter (where event = 'issued' and is_plan_in_time) as timed_in_time_count,
        count(*) filter (where event = 'issued' and is_plan_in_time is not null and not is_excepted) as counted_count,
        count(*) filter (where event = 'issued' and is_plan_in_time and not is_excepted) as counted_in_time_count,
        count(*) filter (where event = 'issued' and weeks_to_plan > 52 and not is_excepted) as over_a_year_count,
        cast(avg(weeks_to_plan) filter (where event = 'issued' and not is_excepted) as decimal(9, 1)) as mean_weeks,
        count(*) filter (where event = 'received') as requests_count,
        count(*) filter (where event = 'received' and is_refused) as refused_count,
        count(*) filter (where event = 'received' and is_open_too_long) as open_too_long_count
    from by_place
    group by place_key, calendar_year

),

places as (

    select
        coalesce(zone_key, place_key) as zone_key,
        place_code as zone_code,
        place_name as zone_name
    from {{ ref('dim_place') }}
    where place_type in ('zone', 'county')

),

-- A zone of which a year tells nothing is a row of noughts; the unknown zone is shown where there is something.
placed as (

    select
        {{ surrogate_key(['years.calendar_year', 'places.zone_key']) }} as ehc_plan_timeliness_key,
        places.zone_key,
        places.zone_code,
        places.zone_name,
        places.zone_key = 'county' as is_county,
        years.calendar_year,
        years.return_date,
        years.calendar_year = max(years.calendar_year) over () as is_current,
        coalesce(counted.issued_count, 0) as issued_count,
        coalesce(counted.timed_count, 0) as timed_count,
        coalesce(counted.timed_in_time_count, 0) as timed_in_time_count,
        coalesce(counted.counted_count, 0) as counted_count,
        coalesce(counted.counted_in_time_count, 0) as counted_in_time_count,
        coalesce(counted.over_a_year_count, 0) as over_a_year_count,
        counted.mean_weeks,
        coalesce(counted.requests_count, 0) as requests_count,
        coalesce(counted.refused_count, 0) as refused_count,
        coalesce(counted.open_too_long_count, 0) as open_too_long_count
    from years
    cross join places
    left join counted on years.calendar_year = counted.calendar_year and places.zone_key = counted.place_key
    where places.zone_key <> {{ unknown_key() }} or counted.issued_count + counted.requests_count > 0

),

rated as (

    select
        *,
        {{ rate('timed_in_time_count', 'timed_count') }} as timed_in_time_rate,
        {{ rate('counted_in_time_count', 'counted_count') }} as counted_in_time_rate,
        {{ rate('refused_count', 'requests_count') }} as refused_rate
    from placed

)

select * from rated

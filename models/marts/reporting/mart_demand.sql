{#- A month is counted from the records of its events or from the totals, never from both: ref_front_door_counting says
    from which. A month for which the one that counts was not delivered has no number. -#}
with events as (

    {{ front_door_events() }}

),

totals as (

    select * from {{ ref('fct_front_door_total') }}

),

counting as (

    select * from {{ ref('ref_front_door_counting') }}

),

assessed as (

    select calendar_date as as_of_date from {{ ref('dim_date') }}
    where is_current_assessment_date

),

first_events as (

    select
        event_kind,
        min(received_date) as first_date
    from events
    group by event_kind

),

known_from as (

    select
        event_kind,
        min(month_date) as first_month
    from (
        select
            event_kind,
            month_date
        from events
        union all
        select
            event_kind,
            month_date
        from totals
    ) as known
    group by event_kind

),

months as (

    select
        known_from.event_kind,
        dates.calendar_date as month_date,
        counting.counted_from,
        date_trunc('month', assessed.as_of_date) > dates.calendar_date as is_complete
    from known_from
    inner join {{ ref('dim_date') }} as dates on known_from.first_month <= dates.calendar_date
    cross join assessed
    left join counting
        on known_from.event_kind = counting.event_kind and {{ valid_on('dates.calendar_date', 'counting') }}
    where extract(day from dates.calendar_date) = 1 and dates.calendar_date <= assessed.as_of_date

),

places as (

    select
        coalesce(zone_key, place_key) as zone_key,
        place_code as zone_code,
        place_name as zone_name
    from {{ ref('dim_place') }}
    where place_type in ('zone', 'county')

),

event_counts as (

    select
        event_kind,
        zone_key,
        month_date,
        count(*) as events_count,
        count(*) filter (where is_taken_further) as taken_further_count
    from events
    group by event_kind, zone_key, month_date

    union all

    select
        event_kind,
        'county' as zone_key,
        month_date,
        count(*) as events_count,
        count(*) filter (where is_taken_further) as taken_further_count
    from events
    group by event_kind, month_date

),

-- Records of the month in which they begin may be half a month's.
counted as (

    select
        months.event_kind,
        months.month_date,
        months.is_complete,
        months.counted_from,
        places.zone_key,
        places.zone_code,
        places.zone_name,
        coalesce(
            months.counted_from = 'events'
            and cast(date_trunc('month', first_events.first_date) as date) <= months.month_date,
            false
        ) as is_recorded,
        event_counts.events_count,
        event_counts.taken_further_count,
        totals.event_count as total_count
    from months
    cross join places
    left join first_events on months.event_kind = first_events.event_kind
    left join event_counts
        on
            months.event_kind = event_counts.event_kind
            and places.zone_key = event_counts.zone_key
            and months.month_date = event_counts.month_date
    left join totals
        on
            months.event_kind = totals.event_kind
            and months.month_date = totals.month_date
            and months.counted_from = 'totals'
            and places.zone_key = 'county'

),

explained as (

    select
        {{ surrogate_key(['event_kind', 'zone_key', 'month_date']) }} as demand_key,
        event_kind,
        zone_key,
        zone_code,
        zone_name,
        zone_key = 'county' as is_county,
        month_date,
        {{ academic_year('month_date') }} as academic_year,
        is_complete,
        case when is_recorded then coalesce(events_count, 0) else total_count end as events_count,
        case when is_recorded then coalesce(taken_further_count, 0) end as taken_further_count,
        case
            when is_recorded then 'events'
            when total_count is not null then 'totals'
        end as counted_from,
        case
            when is_recorded or total_count is not null then null
            when counted_from = 'totals' and zone_key <> 'county' then 'totals_are_county_wide'
            else 'not_delivered'
        end as reason_code
    from counted
    -- events of nobody's zone are shown where there are any
    where zone_key <> {{ unknown_key() }} or events_count > 0

)

select * from explained

-- What: a month that counts from records has as many events as the facts, and its zones add up to the county.
-- When it matters: always. A month counted from records and totals at once, or a zone left out, changes what the
-- council reports.
-- How to resolve: look at ref_front_door_counting and at the months that mart_demand leaves without a number.
with events as (

    {{ front_door_events() }}

),

facts as (

    select
        event_kind,
        month_date,
        count(*) as events_count
    from events
    group by event_kind, month_date

),

months as (

    select
        event_kind,
        month_date,
        max(case when is_county then counted_from end) as counted_from,
        max(case when is_county then events_count end) as county_count,
        sum(case when not is_county then events_count end) as zones_count
    from {{ ref('mart_demand') }}
    group by event_kind, month_date

)

select
    months.event_kind,
    months.month_date,
    months.county_count,
    months.zones_count,
    facts.events_count
from months
left join facts on months.event_kind = facts.event_kind and months.month_date = facts.month_date
where
    months.counted_from = 'events'
    and (
        months.county_count <> coalesce(facts.events_count, 0)
        or months.zones_count is distinct from months.county_count
    )

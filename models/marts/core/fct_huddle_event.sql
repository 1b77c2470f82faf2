{{ config(meta={"is_laid_over": true}) }}

with events as (

    select * from {{ ref('int_huddle_events_logged') }}

),

keyed as (

    select
        events.huddle_event_key,
        events.huddle_key,
        {{ conformed_school_keys() }},
        {{ date_key('events.huddle_date') }} as huddle_date_key,
        events.event_kind,
        events.event_source,
        cast(events.event_order as bigint) as event_order,
        events.school_id,
        events.huddle_date,
        events.places,
        events.agency_codes,
        events.event_date,
        events.recorded_at,
        events.recorded_by as recorded_by_user_key
    from events
    {{ join_conformed_schools('events', 'huddle_date') }}

)

select * from keyed

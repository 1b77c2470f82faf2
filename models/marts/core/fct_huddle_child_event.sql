{{ config(meta={"is_laid_over": true}) }}

with events as (

    select * from {{ ref('int_huddle_child_events_logged') }}

),

keyed as (

    select
        events.huddle_child_event_key,
        events.huddle_key,
        {{ conformed_keys() }},
        {{ date_key('events.event_date') }} as event_date_key,
        events.event_kind,
        events.event_source,
        cast(events.event_order as bigint) as event_order,
        events.school_id,
        events.decision_code,
        events.response_key,
        events.agency_code,
        events.due_date,
        events.event_date,
        events.recorded_at,
        events.recorded_by as recorded_by_user_key
    from events
    {{ join_conformed_dimensions('events', 'event_date') }}

)

select * from keyed

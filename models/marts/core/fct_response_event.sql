{{ config(meta={"is_laid_over": true}) }}

with events as (

    select * from {{ ref('int_response_events_logged') }}

),

standing as (

    select response_event_key from {{ ref('int_response_events') }}

),

keyed as (

    select
        events.response_event_key,
        events.response_key,
        {{ conformed_keys() }},
        {{ date_key('events.event_date') }} as event_date_key,
        events.event_kind,
        events.event_source,
        cast(events.event_order as bigint) as event_order,
        events.corrects_response_event_key,
        standing.response_event_key is not null as is_standing,
        events.school_id,
        events.response_code,
        events.status_code,
        events.current_progress,
        events.overall_progress,
        events.agency_code,
        events.lead_user_key,
        events.recorded_by as recorded_by_user_key,
        events.event_date,
        events.recorded_at,
        events.review_due_date
    from events
    left join standing on events.response_event_key = standing.response_event_key
    {{ join_conformed_dimensions('events', 'event_date') }}

)

select * from keyed

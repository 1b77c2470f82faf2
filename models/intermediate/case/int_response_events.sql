{#- The log of responses as it stands: what was corrected gives way to its correction, and each event is a child's. -#}
with events as (

    select * from {{ ref('stg_responses__events') }}
    where event_date <= {{ as_of_date() }}

),

identities as (

    select * from {{ ref('int_child_identity') }}

),

corrected as (

    select distinct corrects_event_id from events
    where corrects_event_id is not null

),

-- a correction may itself be corrected; of two that correct one event the later stands
current_events as (

    select events.*
    from events
    left join corrected on events.event_id = corrected.corrects_event_id
    where corrected.corrects_event_id is null
    qualify row_number() over (
        partition by coalesce(events.corrects_event_id, events.event_id)
        order by events.recorded_at desc, events.event_id desc
    ) = 1

),

with_child as (

    select
        current_events.event_id,
        current_events.response_id,
        identities.child_durable_key,
        current_events.school_id,
        current_events.event_kind,
        current_events.event_date,
        current_events.recorded_at,
        current_events.response_code,
        current_events.status_code,
        current_events.current_progress,
        current_events.overall_progress,
        current_events.review_due_date,
        current_events.corrects_event_id is not null as is_correction,
        current_events.delivery_id
    from current_events
    left join identities on current_events.identity_id = identities.identity_id

)

select * from with_child

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
standing as (

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
        standing.event_id,
        standing.response_id,
        identities.child_durable_key,
        standing.school_id,
        standing.event_kind,
        standing.event_date,
        standing.recorded_at,
        standing.response_code,
        standing.status_code,
        standing.current_progress,
        standing.overall_progress,
        standing.review_due_date,
        standing.corrects_event_id is not null as is_correction,
        standing.delivery_id
    from standing
    left join identities on standing.identity_id = identities.identity_id

)

select * from with_child

{{ config(meta={"is_laid_over": true}) }}

{#- The log of responses as it stands: what was corrected gives way to its correction. -#}
with events as (

    select * from {{ ref('int_response_events_logged') }}

),

corrected as (

    select distinct corrects_response_event_key from events
    where corrects_response_event_key is not null

),

-- a correction may itself be corrected; of two that correct one event the later stands
current_events as (

    select
        events.*,
        events.corrects_response_event_key is not null as is_correction
    from events
    left join corrected on events.response_event_key = corrected.corrects_response_event_key
    where corrected.corrects_response_event_key is null
    qualify row_number() over (
        partition by coalesce(events.corrects_response_event_key, events.response_event_key)
        order by events.event_order desc
    ) = 1

)

select
    response_event_key,
    response_key,
    child_durable_key,
    school_id,
    event_kind,
    event_date,
    recorded_at,
    event_order,
    response_code,
    status_code,
    current_progress,
    overall_progress,
    review_due_date,
    agency_code,
    lead_user_key,
    is_correction,
    delivery_id
from current_events
-- what was entered by mistake leaves nothing behind
where event_kind <> 'withdrawn'

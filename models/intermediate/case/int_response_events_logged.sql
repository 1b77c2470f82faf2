{{ config(meta={"read_by": ["entries"], "is_laid_over": true, "is_log_of": "fct_response_event"}) }}

{#- What the case system and the dashboard wrote down of responses, as one log. -#}
with case_system as (

    select * from {{ ref('stg_responses__events') }}

),

dashboard as (

    select * from {{ ref('stg_dashboard__response_events') }}

),

identities as (

    select * from {{ ref('int_child_identity') }}

),

united as (

    select
        'case_system' as event_source,
        event_id,
        response_id,
        corrects_event_id,
        identity_id,
        school_id,
        event_kind,
        event_date,
        recorded_at,
        cast(null as string) as recorded_by,
        response_code,
        status_code,
        current_progress,
        overall_progress,
        review_due_date,
        cast(null as string) as agency_code,
        cast(null as string) as lead_user_key,
        delivery_id
    from case_system

    union all

    select
        'dashboard' as event_source,
        event_id,
        response_id,
        corrects_event_id,
        identity_id,
        school_id,
        event_kind,
        event_date,
        recorded_at,
        recorded_by,
        response_code,
        status_code,
        current_progress,
        overall_progress,
        review_due_date,
        agency_code,
        lead_user_key,
        delivery_id
    from dashboard

),

-- an event that was handed to the case system may come back from it: it is one, and who entered it is known
once as (

    select * from united
    where event_date <= {{ as_of_date() }}
    qualify row_number() over (partition by event_id order by event_source desc) = 1

),

-- of what was recorded at one moment the dashboard's word is the later one
keyed as (

    select
        {{ response_event_key('once.event_id') }} as response_event_key,
        {{ response_key('once.response_id') }} as response_key,
        {{ response_event_key('once.corrects_event_id') }} as corrects_response_event_key,
        once.*,
        identities.child_durable_key,
        row_number() over (
            partition by once.response_id
            order by once.recorded_at asc nulls first, once.event_source asc, once.event_id asc
        ) as event_order
    from once
    left join identities on once.identity_id = identities.identity_id

)

select * from keyed

{{ config(meta={"is_laid_over": true, "is_log_of": "fct_huddle_child_event"}) }}

{#- What the case system and the dashboard say of children at huddles, as one log: who was put on the agenda or
    postponed, and what was decided. The case system tells what was decided, and not since when: it speaks first. -#}
with case_system as (

    select * from {{ ref('stg_huddles__reviews') }}
    where huddle_date <= {{ as_of_date() }}

),

dashboard as (

    select * from {{ ref('stg_dashboard__huddle_child_events') }}
    where event_date <= {{ as_of_date() }}

),

identities as (

    select * from {{ ref('int_child_identity') }}

),

united as (

    select
        'case_system' as event_source,
        huddle_id as event_id,
        huddle_id,
        identity_id,
        school_id,
        'decided' as event_kind,
        huddle_date as event_date,
        decision_code,
        response_id,
        cast(null as string) as agency_code,
        cast(null as date) as due_date,
        cast(null as timestamp) as recorded_at,
        cast(null as string) as recorded_by,
        delivery_id,
        row_number_in_file
    from case_system

    union all

    select
        'dashboard' as event_source,
        event_id,
        huddle_id,
        identity_id,
        school_id,
        event_kind,
        event_date,
        decision_code,
        response_id,
        agency_code,
        due_date,
        recorded_at,
        recorded_by,
        delivery_id,
        row_number_in_file
    from dashboard

),

-- a child listed twice at one huddle, under two UPNs, was spoken about once
once as (

    select
        united.*,
        identities.child_durable_key,
        coalesce(identities.child_durable_key, {{ pseudonym('united.identity_id') }}) as spoken_about_key
    from united
    left join identities on united.identity_id = identities.identity_id
    qualify row_number() over (
        partition by united.event_source, united.event_id, coalesce(identities.child_durable_key, united.identity_id)
        order by united.decision_code is null, united.row_number_in_file
    ) = 1

),

keyed as (

    select
        {{ surrogate_key(['event_source', 'event_id', 'spoken_about_key']) }} as huddle_child_event_key,
        {{ surrogate_key(['huddle_id']) }} as huddle_key,
        spoken_about_key,
        child_durable_key,
        event_source,
        school_id,
        event_kind,
        event_date,
        decision_code,
        {{ response_key('response_id') }} as response_key,
        agency_code,
        due_date,
        recorded_at,
        recorded_by,
        row_number() over (
            partition by spoken_about_key
            order by recorded_at asc nulls first, event_date asc, event_source asc, event_id asc
        ) as event_order,
        delivery_id
    from once

)

select * from keyed

{{ config(meta={"read_by": ["entries"], "is_laid_over": true, "is_log_of": "fct_huddle_event"}) }}

{#- What the case system and the dashboard say of huddles, as one log. The case system tells how each stands, and not
    since when: it speaks first. -#}
with case_system as (

    select * from {{ ref('stg_huddles__huddles') }}
    -- a huddle listed twice is one
    qualify row_number() over (partition by huddle_id order by delivery_id, row_number_in_file) = 1

),

dashboard as (

    select * from {{ ref('stg_dashboard__huddle_events') }}
    where event_date <= {{ as_of_date() }}

),

united as (

    select
        'case_system' as event_source,
        cast(null as string) as event_id,
        huddle_id,
        school_id,
        huddle_state as event_kind,
        cast(null as date) as event_date,
        huddle_date,
        cast(null as integer) as places,
        cast(null as string) as agency_codes,
        cast(null as timestamp) as recorded_at,
        cast(null as string) as recorded_by,
        delivery_id
    from case_system

    union all

    select
        'dashboard' as event_source,
        event_id,
        huddle_id,
        school_id,
        event_kind,
        event_date,
        huddle_date,
        places,
        agency_codes,
        recorded_at,
        recorded_by,
        delivery_id
    from dashboard

),

keyed as (

    select
        {{ surrogate_key(['huddle_id']) }} as huddle_key,
        *,
        row_number() over (
            partition by huddle_id order by recorded_at asc nulls first, event_id asc
        ) as event_order
    from united

)

select
    {{ surrogate_key(['event_source', 'huddle_key', 'event_id']) }} as huddle_event_key,
    *
from keyed

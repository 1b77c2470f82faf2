{{ config(meta={"is_laid_over": true}) }}

{#- What each huddle came to on each child: the last decision that was not taken back. -#}
with events as (

    select * from {{ ref('int_huddle_child_events_logged') }}
    where event_kind in ('decided', 'undecided')
    qualify row_number() over (partition by huddle_key, spoken_about_key order by event_order desc) = 1

),

huddles as (

    select * from {{ ref('int_huddles') }}

)

select
    events.huddle_key,
    events.spoken_about_key,
    events.child_durable_key,
    huddles.school_id,
    huddles.huddle_date,
    events.decision_code,
    events.response_key,
    events.agency_code,
    events.due_date,
    events.event_source,
    events.recorded_by,
    events.delivery_id
from events
inner join huddles on events.huddle_key = huddles.huddle_key
where events.event_kind = 'decided' and huddles.huddle_date <= {{ as_of_date() }}

{{ config(meta={"is_laid_over": true}) }}

{#- What each huddle came to on each child: the last decision that was not taken back. -#}
with events as (

    select * from {{ ref('int_huddle_child_events_logged') }}

),

decisions as (

    {{ last_decisions_of_huddles('events') }}

),

huddles as (

    select * from {{ ref('int_huddles') }}

)

select
    decisions.huddle_key,
    decisions.spoken_about_key,
    decisions.child_durable_key,
    huddles.school_id,
    huddles.huddle_date,
    decisions.decision_code,
    decisions.response_key,
    decisions.agency_code,
    decisions.due_date,
    decisions.event_source,
    decisions.recorded_by,
    decisions.delivery_id
from decisions
inner join huddles on decisions.huddle_key = huddles.huddle_key
where huddles.huddle_date <= {{ as_of_date() }}

-- What each huddle decided on each child, as the dashboard said last, in the case system's own columns; one row per
-- huddle and child. What was taken back is left out.
with events as (

    select
        huddle_id,
        huddle_id as huddle_key,
        upn,
        birth_date,
        row(upn, birth_date) as spoken_about_key,
        line ->> 'event_kind' as event_kind,
        line ->> 'decision_code' as decision_code,
        response_id,
        event_id as event_order
    from entry

),

decisions as (

    {{ huddles.last_decisions_of_huddles('events') }}

)

select
    huddle_id,
    upn,
    birth_date,
    decision_code,
    response_id
from decisions
order by huddle_id, upn

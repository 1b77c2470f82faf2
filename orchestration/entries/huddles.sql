-- How each huddle stands of which the dashboard said something, in the case system's own columns; one row per huddle.
with events as (

    select
        huddle_id,
        huddle_id as huddle_key,
        school_id,
        line ->> 'huddle_date' as huddle_date,
        line ->> 'event_kind' as event_kind,
        event_id as event_order
    from entry
    where (line ->> 'huddle_key') is not null and (line ->> 'child_durable_key') is null

),

last_words as (

    {{ huddles.last_words_on_huddles('events') }}

)

select
    huddle_id,
    school_id,
    huddle_date,
    event_kind as state
from last_words
order by huddle_id

{{ config(meta={"is_laid_over": true}) }}

{#- The last word on a huddle stands, but what is held or cancelled is planned no more. What was planned for a day that
    has passed was not put on record; what lies ahead of the day is planned, whatever an extract already knew. -#}
with events as (

    select * from {{ ref('int_huddle_events_logged') }}

),

last_words as (

    {{ last_words_on_huddles('events') }}

),

last_places as (

    select
        huddle_key,
        places
    from events
    where places is not null
    qualify row_number() over (partition by huddle_key order by event_order desc) = 1

),

seen_on_the_day as (

    select
        last_words.huddle_key,
        last_words.school_id,
        last_words.huddle_date,
        case
            when last_words.event_kind = 'cancelled' then 'cancelled'
            when last_words.huddle_date > {{ as_of_date() }} then 'planned'
            when last_words.event_kind = 'planned' and last_words.huddle_date < {{ as_of_date() }} then 'not_recorded'
            else last_words.event_kind
        end as huddle_state,
        last_places.places,
        last_words.agency_codes,
        last_words.event_source,
        last_words.delivery_id
    from last_words
    left join last_places on last_words.huddle_key = last_places.huddle_key

)

select * from seen_on_the_day

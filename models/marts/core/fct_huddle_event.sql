{{ config(meta={"is_laid_over": true}) }}

with events as (

    select * from {{ ref('int_huddle_events_logged') }}

),

keyed as (

    select
        events.huddle_event_key,
        events.huddle_key,
        {{ or_unknown('schools.school_key') }} as school_key,
        {{ or_unknown('schools.school_durable_key') }} as school_durable_key,
        {{ or_unknown('schools.pyramid_key') }} as pyramid_key,
        {{ or_unknown('schools.zone_key') }} as zone_key,
        {{ or_unknown('deliveries.delivery_key') }} as delivery_key,
        {{ date_key('events.huddle_date') }} as huddle_date_key,
        events.event_kind,
        events.event_source,
        events.event_order,
        events.school_id,
        events.huddle_date,
        events.places,
        events.agency_codes,
        events.event_date,
        events.recorded_at,
        events.recorded_by as recorded_by_user_key
    from events
    left join {{ ref('dim_school') }} as schools
        on events.school_id = schools.school_id and {{ valid_on('events.huddle_date', 'schools') }}
    left join {{ ref('dim_delivery') }} as deliveries on events.delivery_id = deliveries.delivery_id

)

select * from keyed

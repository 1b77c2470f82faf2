{{ config(meta={"is_laid_over": true}) }}

with huddles as (

    select * from {{ ref('int_huddles') }}

),

keyed as (

    select
        huddles.huddle_key,
        {{ or_unknown('schools.school_key') }} as school_key,
        {{ or_unknown('schools.school_durable_key') }} as school_durable_key,
        {{ or_unknown('schools.pyramid_key') }} as pyramid_key,
        {{ or_unknown('schools.zone_key') }} as zone_key,
        {{ or_unknown('deliveries.delivery_key') }} as delivery_key,
        {{ date_key('huddles.huddle_date') }} as huddle_date_key,
        huddles.huddle_state,
        huddles.huddle_date,
        huddles.places,
        huddles.event_source
    from huddles
    left join {{ ref('dim_school') }} as schools
        on huddles.school_id = schools.school_id and {{ valid_on('huddles.huddle_date', 'schools') }}
    left join {{ ref('dim_delivery') }} as deliveries on huddles.delivery_id = deliveries.delivery_id

)

select * from keyed

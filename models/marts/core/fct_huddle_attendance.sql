{{ config(meta={"is_laid_over": true}) }}

with attended as (

    select
        huddle_key,
        school_id,
        huddle_date,
        delivery_id,
        {{ unnest_array("string_split(agency_codes, ' ')") }} as agency_code
    from {{ ref('int_huddles') }}
    where huddle_state = 'held' and agency_codes is not null

),

keyed as (

    select
        {{ surrogate_key(['attended.huddle_key', 'attended.agency_code']) }} as huddle_attendance_key,
        attended.huddle_key,
        {{ or_unknown('schools.school_key') }} as school_key,
        {{ or_unknown('schools.school_durable_key') }} as school_durable_key,
        {{ or_unknown('schools.pyramid_key') }} as pyramid_key,
        {{ or_unknown('schools.zone_key') }} as zone_key,
        {{ or_unknown('deliveries.delivery_key') }} as delivery_key,
        {{ date_key('attended.huddle_date') }} as huddle_date_key,
        attended.agency_code,
        attended.huddle_date
    from attended
    left join {{ ref('dim_school') }} as schools
        on attended.school_id = schools.school_id and {{ valid_on('attended.huddle_date', 'schools') }}
    left join {{ ref('dim_delivery') }} as deliveries on attended.delivery_id = deliveries.delivery_id

)

select * from keyed

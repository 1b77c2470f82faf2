{{ config(meta={"is_laid_over": true}) }}

with attended as (

    select
        huddle_key,
        school_id,
        huddle_date,
        delivery_id,
        {{ unnest_array(words_of('agency_codes')) }} as agency_code
    from {{ ref('int_huddles') }}
    where huddle_state = 'held' and agency_codes is not null

),

keyed as (

    select
        {{ surrogate_key(['attended.huddle_key', 'attended.agency_code']) }} as huddle_attendance_key,
        attended.huddle_key,
        {{ conformed_school_keys() }},
        {{ date_key('attended.huddle_date') }} as huddle_date_key,
        attended.agency_code,
        attended.huddle_date
    from attended
    {{ join_conformed_schools('attended', 'huddle_date') }}

)

select * from keyed

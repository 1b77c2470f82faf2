{{ config(meta={"is_laid_over": true}) }}

with huddles as (

    select * from {{ ref('int_huddles') }}

),

keyed as (

    select
        huddles.huddle_key,
        {{ conformed_school_keys() }},
        {{ date_key('huddles.huddle_date') }} as huddle_date_key,
        huddles.huddle_state,
        huddles.huddle_date,
        huddles.places,
        huddles.event_source
    from huddles
    {{ join_conformed_schools('huddles', 'huddle_date') }}

)

select * from keyed

with source as (

    select * from {{ source('nccis', 'activities') }}
    where {{ in_force('nccis', 'activities') }}

),

renamed as (

    select
        -- ids
        {{ clean_text('record_id') }} as record_id,

        -- text
        {{ clean_code('activity_code') }} as activity_code,

        -- booleans
        coalesce({{ parse_boolean('is_lapsed') }}, false) as is_lapsed,

        -- dates
        {{ parse_date('start_date') }} as start_date,
        {{ parse_date('verified_date') }} as verified_date,
        {{ parse_date('due_to_lapse_date') }} as due_to_lapse_date,

        -- delivery
        _delivery_id as delivery_id,
        _extract_date as period_end_date
    from source

)

select * from renamed

with source as (

    select * from {{ source('front_door', 'events') }}
    where {{ in_force('front_door', 'events') }}

),

renamed as (

    select
        -- ids
        {{ clean_text('event_id') }} as event_id,
        {{ clean_text('person_id') }} as person_id,

        -- text
        lower({{ clean_text('event_kind') }}) as event_kind,
        lower({{ clean_text('source_code') }}) as source_code,
        lower({{ clean_text('decision_code') }}) as decision_code,

        -- dates
        {{ parse_date('received_date') }} as received_date,
        {{ parse_date('decision_date') }} as decision_date,
        {{ parse_date('closed_date') }} as closed_date,

        -- delivery
        _delivery_id as delivery_id,
        _extract_date as extract_date,
        _row_number as row_number_in_file
    from source

)

select * from renamed

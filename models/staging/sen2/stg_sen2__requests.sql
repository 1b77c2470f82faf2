with source as (

    select * from {{ source('sen2', 'requests') }}
    where {{ in_force('sen2', 'requests') }}

),

renamed as (

    select
        -- ids
        {{ clean_text('request_id') }} as request_id,
        {{ clean_text('person_id') }} as person_id,

        -- text
        {{ clean_code('source_code') }} as source_code,
        {{ clean_code('outcome_code') }} as outcome_code,
        {{ clean_text('exported_to') }} as exported_to,

        -- booleans
        {{ parse_boolean('has_mediation') }} as has_mediation,
        {{ parse_boolean('has_tribunal') }} as has_tribunal,

        -- dates
        {{ parse_date('export_date') }} as export_date,
        {{ parse_date('received_date') }} as received_date,
        {{ parse_date('outcome_date') }} as outcome_date,

        -- delivery
        _delivery_id as delivery_id
    from source

)

select * from renamed

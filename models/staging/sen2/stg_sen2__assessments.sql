with source as (

    select * from {{ source('sen2', 'assessments') }}
    where {{ in_force('sen2', 'assessments') }}

),

renamed as (

    select
        -- ids
        {{ clean_text('assessment_id') }} as assessment_id,
        {{ clean_text('request_id') }} as request_id,

        -- text
        {{ clean_code('outcome_code') }} as outcome_code,

        -- booleans
        coalesce({{ parse_boolean('is_excepted') }}, false) as is_excepted,

        -- dates
        {{ parse_date('export_date') }} as export_date,
        {{ parse_date('outcome_date') }} as outcome_date,

        -- delivery
        _delivery_id as delivery_id
    from source

)

select * from renamed

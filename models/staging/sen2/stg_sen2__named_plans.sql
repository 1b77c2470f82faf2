with source as (

    select * from {{ source('sen2', 'named_plans') }}
    where {{ in_force('sen2', 'named_plans') }}

),

renamed as (

    select
        -- ids
        {{ clean_text('plan_id') }} as plan_id,
        {{ clean_text('assessment_id') }} as assessment_id,

        -- text
        {{ clean_code('cease_reason_code') }} as cease_reason_code,

        -- dates
        {{ parse_date('export_date') }} as export_date,
        {{ parse_date('start_date') }} as start_date,
        {{ parse_date('cease_date') }} as cease_date,

        -- delivery
        _delivery_id as delivery_id
    from source

)

select * from renamed

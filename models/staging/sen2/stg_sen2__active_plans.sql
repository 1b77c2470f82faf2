with source as (

    select * from {{ source('sen2', 'active_plans') }}
    where {{ in_force('sen2', 'active_plans') }}

),

renamed as (

    select
        -- ids
        {{ clean_text('active_plan_id') }} as active_plan_id,
        {{ clean_text('request_id') }} as request_id,

        -- text
        {{ clean_text('transferred_from') }} as transferred_from,
        {{ clean_code('review_outcome_code') }} as review_outcome_code,

        -- dates
        {{ parse_date('export_date') }} as export_date,
        {{ parse_date('last_review_date') }} as last_review_date,

        -- delivery
        _delivery_id as delivery_id
    from source

)

select * from renamed

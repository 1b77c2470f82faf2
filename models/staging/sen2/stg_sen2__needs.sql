with source as (

    select * from {{ source('sen2', 'needs') }}
    where {{ in_force('sen2', 'needs') }}

),

renamed as (

    select
        -- ids
        {{ clean_text('active_plan_id') }} as active_plan_id,

        -- text
        {{ clean_code('need_code') }} as need_code,

        -- numbers
        {{ parse_count('need_rank') }} as need_rank,

        -- dates
        {{ parse_date('export_date') }} as export_date,

        -- delivery
        _delivery_id as delivery_id
    from source

)

select * from renamed

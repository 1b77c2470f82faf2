with source as (

    select * from {{ source('sen2', 'plan_details') }}
    where {{ in_force('sen2', 'plan_details') }}

),

renamed as (

    select
        -- ids
        {{ clean_text('plan_detail_id') }} as plan_detail_id,
        {{ clean_text('plan_id') }} as plan_id,
        {{ clean_text('urn') }} as urn,

        -- text
        {{ clean_code('setting_code') }} as setting_code,

        -- numbers
        {{ parse_count('placement_rank') }} as placement_rank,

        -- dates
        {{ parse_date('export_date') }} as export_date,

        -- delivery
        _delivery_id as delivery_id
    from source

)

select * from renamed

with source as (

    select * from {{ source('sen2', 'placements') }}
    where {{ in_force('sen2', 'placements') }}

),

renamed as (

    select
        -- ids
        {{ clean_text('placement_id') }} as placement_id,
        {{ clean_text('active_plan_id') }} as active_plan_id,
        {{ clean_text('urn') }} as urn,

        -- text
        {{ clean_code('setting_code') }} as setting_code,

        -- numbers
        {{ parse_count('placement_rank') }} as placement_rank,

        -- dates
        {{ parse_date('export_date') }} as export_date,
        {{ parse_date('entry_date') }} as entry_date,
        {{ parse_date('leaving_date') }} as leaving_date,

        -- delivery
        _delivery_id as delivery_id
    from source

)

select * from renamed

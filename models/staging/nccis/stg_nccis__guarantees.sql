with source as (

    select * from {{ source('nccis', 'guarantees') }}
    where {{ in_force('nccis', 'guarantees') }}

),

renamed as (

    select
        -- ids
        {{ clean_text('record_id') }} as record_id,

        -- text
        {{ clean_code('year_group') }} as year_group,
        {{ clean_code('guarantee_code') }} as guarantee_code,

        -- delivery
        _delivery_id as delivery_id,
        _extract_date as period_end_date
    from source
    -- an element without a status says nothing
    where {{ clean_code('guarantee_code') }} is not null

)

select * from renamed

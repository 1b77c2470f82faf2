with source as (

    select * from {{ source('nccis', 'characteristics') }}
    where {{ in_force('nccis', 'characteristics') }}

),

renamed as (

    select
        -- ids
        {{ clean_text('record_id') }} as record_id,

        -- text
        {{ clean_code('characteristic_code') }} as characteristic_code,

        -- delivery
        _delivery_id as delivery_id
    from source

)

select * from renamed

with source as (

    select * from {{ source('tool_users', 'clearances') }}
    where {{ in_force('tool_users', 'clearances') }}

),

renamed as (

    select
        -- ids
        {{ clean_text('user_id') }} as user_id,

        -- text
        lower({{ clean_text('clearance_code') }}) as clearance_code,

        -- dates
        {{ parse_date('given_date') }} as given_date,
        {{ parse_date('expiry_date') }} as expiry_date,

        -- delivery
        _delivery_id as delivery_id,
        _extract_date as extract_date
    from source

)

select * from renamed

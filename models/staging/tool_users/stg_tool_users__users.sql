with source as (

    select * from {{ source('tool_users', 'users') }}
    where {{ in_force('tool_users', 'users') }}

),

renamed as (

    select
        -- ids
        {{ clean_text('user_id') }} as user_id,

        -- text
        lower({{ clean_text('role_code') }}) as role_code,
        {{ clean_text('organisation') }} as organisation,

        -- dates
        {{ parse_date('access_from_date') }} as access_from_date,
        {{ parse_date('access_to_date') }} as access_to_date,

        -- delivery
        _delivery_id as delivery_id,
        _extract_date as extract_date
    from source

)

select * from renamed

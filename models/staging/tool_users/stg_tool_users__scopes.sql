with source as (

    select * from {{ source('tool_users', 'scopes') }}
    where {{ in_force('tool_users', 'scopes') }}

),

renamed as (

    select
        -- ids
        {{ clean_text('user_id') }} as user_id,
        {{ clean_school_id('school_id') }} as school_id,
        {{ clean_text('zone_code') }} as zone_code,

        -- text
        lower({{ clean_text('scope_level') }}) as scope_level,

        -- dates
        {{ parse_date('scope_from_date') }} as scope_from_date,
        {{ parse_date('scope_to_date') }} as scope_to_date,

        -- delivery
        _delivery_id as delivery_id,
        _extract_date as extract_date
    from source

)

select * from renamed

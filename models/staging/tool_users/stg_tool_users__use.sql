with source as (

    select * from {{ source('tool_users', 'use') }}
    where {{ accepted('tool_users', 'use') }}

),

renamed as (

    select
        -- ids
        {{ clean_text('user_id') }} as user_id,

        -- numbers
        {{ parse_count('days_used') }} as days_used,

        -- dates
        cast(date_trunc('month', {{ parse_date('use_month') }}) as date) as use_month,

        -- delivery
        _delivery_id as delivery_id,
        _extract_date as extract_date,
        _row_number as row_number_in_file
    from source

)

select * from renamed

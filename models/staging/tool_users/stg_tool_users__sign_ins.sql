with source as (

    select * from {{ source('tool_users', 'sign_ins') }}
    where {{ in_force('tool_users', 'sign_ins') }}

),

renamed as (

    select
        -- ids
        {{ clean_text('user_id') }} as user_id,

        -- text
        trim(trailing '/' from {{ clean_text('issuer') }}) as issuer,
        {{ clean_text('subject') }} as subject,

        -- delivery
        _delivery_id as delivery_id,
        _extract_date as extract_date
    from source

)

select * from renamed

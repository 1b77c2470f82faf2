with source as (

    select * from {{ source('school_register', 'links') }}
    where {{ in_force('school_register', 'links') }}

),

renamed as (

    select
        -- ids
        {{ clean_text('urn') }} as urn,
        {{ clean_text('link_urn') }} as link_urn,

        -- text
        {{ clean_text('link_name') }} as link_name,
        {{ clean_text('link_type') }} as link_type,

        -- dates
        nullif({{ parse_date('link_date') }}, cast('1900-01-01' as date)) as link_date,

        -- delivery
        _delivery_id as delivery_id,
        _extract_date as extract_date,
        _row_number as row_number_in_file
    from source

)

select * from renamed

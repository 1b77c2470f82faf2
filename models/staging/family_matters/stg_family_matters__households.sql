with source as (

    select * from {{ source('family_matters', 'households') }}
    where {{ in_force('family_matters', 'households') }}

),

renamed as (

    select
        -- ids
        {{ clean_text('household_id') }} as household_id,

        -- text
        {{ clean_text('address_line') }} as address_line,
        {{ clean_postcode('postcode') }} as postcode,
        {{ clean_text('programme') }} as programme,

        -- dates
        {{ parse_date('start_date') }} as start_date,
        {{ parse_date('end_date') }} as last_date,

        -- delivery
        _delivery_id as delivery_id,
        _extract_date as extract_date,
        _row_number as row_number_in_file
    from source

)

select * from renamed

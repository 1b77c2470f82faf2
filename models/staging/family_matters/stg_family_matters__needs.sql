with source as (

    select * from {{ source('family_matters', 'needs') }}
    where {{ in_force('family_matters', 'needs') }}

),

renamed as (

    select
        -- ids
        {{ clean_text('household_id') }} as household_id,

        -- text
        lower(trim(need_code)) as need_code,

        -- dates
        {{ parse_date('identified_date') }} as identified_date,

        -- delivery
        _delivery_id as delivery_id,
        _extract_date as extract_date,
        _row_number as row_number_in_file
    from source

)

select * from renamed

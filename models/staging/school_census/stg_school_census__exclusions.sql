with source as (

    select * from {{ source('school_census', 'exclusions') }}
    where {{ in_force('school_census', 'exclusions') }}

),

renamed as (

    select
        -- ids
        {{ clean_text('pupil_return_id') }} as pupil_return_id,
        {{ clean_school_id('school_id') }} as school_id,

        -- text
        lower(trim(census_term)) as census_term,
        lower(trim(roll)) as roll,
        {{ clean_code('category') }} as category_code,
        {{ clean_code('reason_code') }} as reason_code,

        -- numbers
        {{ parse_count('census_year') }} as census_year,
        {{ parse_count('exclusion_order') }} as exclusion_order,
        {{ parse_count('sessions') }} as sessions,

        -- dates
        {{ parse_date('start_date') }} as start_date,

        -- delivery
        _delivery_id as delivery_id,
        _extract_date as reference_date,
        _row_number as row_number_in_file
    from source

)

select * from renamed

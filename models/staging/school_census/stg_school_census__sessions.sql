with source as (

    select * from {{ source('school_census', 'sessions') }}
    where {{ in_force('school_census', 'sessions') }}

),

renamed as (

    select
        -- ids
        {{ clean_text('pupil_return_id') }} as pupil_return_id,
        {{ clean_school_id('school_id') }} as school_id,

        -- text
        lower(trim(census_term)) as census_term,
        lower(trim(roll)) as roll,
        lower(trim(period)) as period,
        {{ clean_code('attendance_code') }} as attendance_code,

        -- numbers
        {{ parse_count('census_year') }} as census_year,
        {{ parse_count('sessions') }} as sessions,

        -- delivery
        _delivery_id as delivery_id,
        _extract_date as reference_date,
        _row_number as row_number_in_file
    from source

)

select * from renamed

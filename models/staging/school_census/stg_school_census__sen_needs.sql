with source as (

    select * from {{ source('school_census', 'sen_needs') }}
    where {{ in_force('school_census', 'sen_needs') }}

),

renamed as (

    select
        -- ids
        {{ clean_text('pupil_return_id') }} as pupil_return_id,
        {{ clean_school_id('school_id') }} as school_id,

        -- text
        lower(trim(census_term)) as census_term,
        lower(trim(roll)) as roll,
        {{ clean_code('need_code') }} as need_code,

        -- numbers
        {{ parse_count('census_year') }} as census_year,
        {{ parse_count('need_rank') }} as need_rank,

        -- delivery
        _delivery_id as delivery_id,
        _extract_date as reference_date,
        _row_number as row_number_in_file
    from source

)

select * from renamed

with source as (

    select * from {{ source('school_census', 'fsm_periods') }}
    where {{ in_force('school_census', 'fsm_periods') }}

),

renamed as (

    select
        -- ids
        {{ clean_text('pupil_return_id') }} as pupil_return_id,
        {{ clean_school_id('school_id') }} as school_id,

        -- text
        lower(trim(census_term)) as census_term,
        lower(trim(roll)) as roll,

        -- numbers
        {{ parse_count('census_year') }} as census_year,

        -- dates
        {{ parse_date('fsm_start_date') }} as fsm_start_date,
        {{ parse_date('fsm_end_date') }} as fsm_end_date,

        -- delivery
        _delivery_id as delivery_id,
        _extract_date as reference_date,
        _row_number as row_number_in_file
    from source

)

select * from renamed

with source as (

    select * from {{ source('synergy', 'enrolments') }}
    where {{ in_force('synergy', 'enrolments') }}

),

renamed as (

    select
        -- ids
        {{ clean_text('pupil_id') }} as pupil_id,
        {{ clean_school_id('school_id') }} as school_id,

        -- text
        {{ clean_code('enrol_status') }} as enrol_status,
        {{ clean_code('nc_year') }} as nc_year,

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

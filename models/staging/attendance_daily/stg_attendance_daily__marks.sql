with source as (

    select * from {{ source('attendance_daily', 'marks') }}

),

renamed as (

    select
        -- ids
        {{ clean_upn('upn') }} as upn,
        {{ clean_school_id('school_id') }} as school_id,

        -- text
        {{ clean_code('morning_mark') }} as morning_mark,
        {{ clean_code('afternoon_mark') }} as afternoon_mark,

        -- dates
        {{ parse_date('attendance_date') }} as attendance_date,

        -- delivery
        _delivery_id as delivery_id,
        _extract_date as extract_date,
        _row_number as row_number_in_file
    from source

)

select * from renamed

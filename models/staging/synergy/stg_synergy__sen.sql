with source as (

    select * from {{ source('synergy', 'sen') }}
    where {{ in_force('synergy', 'sen') }}

),

renamed as (

    select
        -- ids
        {{ clean_text('pupil_id') }} as pupil_id,

        -- text
        {{ clean_code('sen_provision') }} as sen_provision_code,
        {{ clean_code('primary_need') }} as primary_need_code,
        {{ clean_code('secondary_need') }} as secondary_need_code,

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

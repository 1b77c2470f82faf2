with source as (

    select * from {{ source('synergy', 'schools') }}
    where {{ in_force('synergy', 'schools') }}

),

renamed as (

    select
        -- ids
        {{ clean_school_id('school_id') }} as school_id,

        -- text
        {{ clean_text('school_name') }} as school_name,
        {{ clean_text('phase') }} as phase,
        {{ clean_text('pyramid_code') }} as pyramid_code,
        {{ clean_text('pyramid_name') }} as pyramid_name,
        {{ clean_text('zone_code') }} as zone_code,
        {{ clean_text('zone_name') }} as zone_name,

        -- dates
        {{ parse_date('valid_from_date') }} as valid_from_date,
        coalesce({{ parse_date('valid_to_date') }}, {{ end_of_time() }}) as valid_to_date,

        -- delivery
        _delivery_id as delivery_id,
        _extract_date as extract_date,
        _row_number as row_number_in_file
    from source

)

select * from renamed

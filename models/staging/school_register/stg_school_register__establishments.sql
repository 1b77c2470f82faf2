with source as (

    select * from {{ source('school_register', 'establishments') }}
    where {{ in_force('school_register', 'establishments') }}

),

renamed as (

    select
        -- ids
        {{ clean_text('urn') }} as urn,
        {{ clean_school_id('school_id') }} as school_id,

        -- text
        {{ clean_text('la_code') }} as la_code,
        {{ clean_text('establishment_number') }} as establishment_number,
        {{ clean_text('school_name') }} as school_name,
        {{ clean_text('establishment_type') }} as establishment_type,
        {{ clean_text('phase') }} as phase,
        {{ clean_text('status') }} as status,
        {{ clean_postcode('postcode') }} as postcode,

        -- numbers
        {{ parse_count('age_low') }} as age_low,
        {{ parse_count('age_high') }} as age_high,
        {{ parse_count('easting') }} as easting,
        {{ parse_count('northing') }} as northing,

        -- dates: the register writes 1 January 1900 where it does not know
        nullif({{ parse_date('open_date') }}, cast('1900-01-01' as date)) as open_date,
        nullif({{ parse_date('close_date') }}, cast('1900-01-01' as date)) as close_date,

        -- delivery
        _delivery_id as delivery_id,
        _extract_date as extract_date,
        _row_number as row_number_in_file
    from source

)

select * from renamed

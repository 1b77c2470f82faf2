with source as (

    select * from {{ source('deprivation', 'lsoa') }}
    where {{ in_force('deprivation', 'lsoa') }}

),

renamed as (

    select
        -- ids
        {{ clean_code('lsoa_code') }} as lsoa_code,
        {{ clean_code('lad_code') }} as lad_code,

        -- text
        {{ clean_text('lsoa_name') }} as lsoa_name,
        {{ clean_text('lad_name') }} as lad_name,

        -- numbers: 1 is the most deprived
        {{ parse_count('imd_rank') }} as imd_rank,
        {{ parse_count('imd_decile') }} as imd_decile,
        {{ parse_count('idaci_rank') }} as idaci_rank,
        {{ parse_count('idaci_decile') }} as idaci_decile,
        cast(extract(year from _extract_date) as integer) as index_edition,

        -- delivery
        _delivery_id as delivery_id,
        _extract_date as extract_date,
        _row_number as row_number_in_file
    from source

)

select * from renamed

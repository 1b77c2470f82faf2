with source as (

    select * from {{ source('synergy', 'pupils') }}
    where {{ in_force('synergy', 'pupils') }}

),

sexes as (

    select * from {{ ref('ref_sex') }}

),

renamed as (

    select
        -- ids
        {{ clean_text('source.pupil_id') }} as pupil_id,
        {{ clean_upn('source.upn') }} as upn,
        {{ clean_upn('source.former_upn') }} as former_upn,
        {{ synergy_identity_id('source') }} as identity_id,

        -- text
        {{ clean_text('source.surname') }} as surname,
        {{ clean_text('source.forename') }} as forename,
        sexes.sex,
        {{ clean_code('source.ethnicity_code') }} as ethnicity_code,
        {{ clean_text('source.address_line') }} as address_line,
        {{ clean_postcode('source.postcode') }} as postcode,
        {{ clean_code('source.lsoa_code') }} as lsoa_code,

        -- dates
        {{ parse_date('source.birth_date') }} as birth_date,

        -- delivery
        source._delivery_id as delivery_id,
        source._extract_date as extract_date,
        source._row_number as row_number_in_file
    from source
    left join sexes on {{ clean_text('source.sex') }} = sexes.sex_code

)

select * from renamed

with source as (

    select * from {{ source('school_census', 'pupils') }}
    where {{ in_force('school_census', 'pupils') }}

),

sexes as (

    select * from {{ ref('ref_sex') }}

),

renamed as (

    select
        -- ids
        {{ clean_text('source.pupil_return_id') }} as pupil_return_id,
        {{ clean_school_id('source.school_id') }} as school_id,
        {{ clean_upn('source.upn') }} as upn,
        {{ clean_upn('source.former_upn') }} as former_upn,
        {{ clean_text('source.uln') }} as uln,
        {{ identity_id(
            clean_upn('source.upn'), parse_date('source.birth_date'), clean_school_id('source.school_id')
        ) }} as identity_id,

        -- text
        lower(trim(source.census_term)) as census_term,
        lower(trim(source.roll)) as roll,
        {{ clean_text('source.surname') }} as surname,
        {{ clean_text('source.forename') }} as forename,
        sexes.sex,
        {{ clean_code('source.ethnicity_code') }} as ethnicity_code,
        {{ clean_code('source.enrol_status') }} as enrol_status,
        {{ clean_code('source.nc_year') }} as nc_year,
        {{ clean_code('source.boarder') }} as boarder_code,
        {{ clean_code('source.sen_provision') }} as sen_provision_code,
        {{ clean_code('source.young_carer') }} as young_carer_code,
        {{ clean_postcode('source.postcode') }} as postcode,

        -- numbers
        {{ parse_count('source.census_year') }} as census_year,
        {{ parse_count('source.sessions_possible') }} as sessions_possible,
        {{ parse_count('source.summer_half_term_2_sessions_possible') }} as summer_half_term_2_sessions_possible,

        -- dates
        {{ parse_date('source.birth_date') }} as birth_date,
        {{ parse_date('source.entry_date') }} as entry_date,
        {{ parse_date('source.leaving_date') }} as leaving_date,

        -- delivery
        source._delivery_id as delivery_id,
        source._extract_date as reference_date,
        source._row_number as row_number_in_file
    from source
    left join sexes on {{ clean_text('source.sex') }} = sexes.sex_code

)

select * from renamed

with source as (

    select * from {{ source('not_in_school', 'spells') }}
    where {{ in_force('not_in_school', 'spells') }}

),

sexes as (

    select * from {{ ref('ref_sex') }}

),

kinds as (

    select * from {{ ref('ref_not_in_school_kind') }}

),

reasons as (

    select * from {{ ref('ref_not_in_school_reason') }}

),

suitabilities as (

    select * from {{ ref('ref_not_in_school_suitability') }}

),

renamed as (

    select
        -- ids
        {{ clean_text('source.person_id') }} as person_id,
        kinds.kind,
        {{ clean_upn('source.upn') }} as upn,
        {{ clean_upn('source.former_upn') }} as former_upn,
        {{ clean_text('source.uln') }} as uln,
        {{ clean_school_id('source.school_id') }} as last_school_id,

        -- text
        {{ clean_text('source.surname') }} as surname,
        {{ clean_text('source.forename') }} as forename,
        sexes.sex,
        {{ clean_text('source.address_line') }} as address_line,
        {{ clean_postcode('source.postcode') }} as postcode,
        {{ clean_code('source.lsoa_code') }} as lsoa_code,
        reasons.reason_code,
        suitabilities.suitability,

        -- booleans
        {{ parse_boolean('source.has_attendance_order') }} as has_attendance_order,

        -- dates
        {{ parse_date('source.birth_date') }} as birth_date,
        {{ parse_date('source.start_date') }} as start_date,
        {{ parse_date('source.end_date') }} as end_date,

        -- delivery
        source._delivery_id as delivery_id,
        source._extract_date as extract_date
    from source
    left join sexes on {{ clean_text('source.sex') }} = sexes.sex_code
    left join kinds on {{ clean_text('source.kind_code') }} = kinds.kind_code
    left join reasons on {{ clean_text('source.reason_code') }} = reasons.reason_code
    left join suitabilities on {{ clean_text('source.suitability_code') }} = suitabilities.suitability_code
    -- a list written in two ways on one day is one spell
    qualify row_number() over (
        partition by {{ clean_text('source.person_id') }}, kinds.kind, {{ parse_date('source.start_date') }}
        order by source._row_number
    ) = 1

)

select * from renamed

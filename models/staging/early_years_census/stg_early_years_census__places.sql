with source as (

    select * from {{ source('early_years_census', 'places') }}
    where {{ in_force('early_years_census', 'places') }}

),

sexes as (

    select * from {{ ref('ref_sex') }}

),

bases as (

    select * from {{ ref('ref_early_years_basis') }}

),

provisions as (

    select * from {{ ref('ref_sen_provision') }}

),

renamed as (

    select
        -- ids
        {{ early_years_person_id('source') }} as person_id,
        regexp_replace({{ clean_code('source.setting_urn') }}, '^EY', '') as setting_urn,
        {{ clean_upn('source.upn') }} as upn,
        {{ identity_id(clean_upn('source.upn'), parse_date('source.birth_date'), 'cast(null as string)') }}
            as identity_id,

        -- text
        {{ clean_text('source.surname') }} as surname,
        {{ clean_text('source.forename') }} as forename,
        sexes.sex,
        {{ clean_code('source.ethnicity_code') }} as ethnicity_code,
        {{ clean_postcode('source.postcode') }} as postcode,
        premiums.basis_code as premium_basis_code,
        two_years.basis_code as two_year_basis_code,
        provisions.sen_provision_code,
        provisions.provision_group as sen_provision_group,

        -- numbers
        {{ parse_number('source.funded_hours') }} as funded_hours,
        {{ parse_number('source.extended_hours') }} as extended_hours,
        {{ parse_number('source.expanded_hours') }} as expanded_hours,
        {{ parse_number('source.funded_weeks') }} as funded_weeks,
        {{ parse_number('source.extended_weeks') }} as extended_weeks,
        {{ parse_number('source.expanded_weeks') }} as expanded_weeks,

        -- booleans
        {{ clean_text('source.eligibility_code') }} is not null as has_eligibility_code,
        {{ parse_boolean('source.has_disability_access_fund') }} as has_disability_access_fund,
        {{ parse_boolean('source.has_pupil_premium') }} as has_pupil_premium,
        two_years.is_disadvantage as is_two_year_disadvantage,

        -- dates
        {{ parse_date('source.birth_date') }} as birth_date,
        {{ parse_date('source.census_date') }} as census_date,

        -- delivery
        source._delivery_id as delivery_id,
        source._extract_date as extract_date
    from source
    left join sexes on {{ clean_text('source.sex') }} = sexes.sex_code
    left join bases as premiums
        on {{ clean_code('source.premium_basis') }} = premiums.basis_code and premiums.basis_kind = 'premium'
    left join bases as two_years
        on {{ clean_code('source.two_year_basis') }} = two_years.basis_code and two_years.basis_kind = 'two_year'
    left join provisions on {{ clean_code('source.sen_provision') }} = provisions.sen_provision_code
    -- one description is one child, in whatever capitals it is written
    qualify row_number() over (
        partition by
            {{ early_years_person_id('source') }},
            regexp_replace({{ clean_code('source.setting_urn') }}, '^EY', ''),
            {{ parse_date('source.census_date') }}
        order by source._extract_date desc, source._row_number asc
    ) = 1

)

select * from renamed

with places as (

    select * from {{ ref('int_early_years_places') }}

),

keyed as (

    select
        {{ surrogate_key(['places.person_id', 'places.setting_urn', 'places.census_date']) }} as early_years_place_key,
        {{ conformed_home_keys() }},
        {{ date_key('places.census_date') }} as census_date_key,
        places.setting_urn,
        places.is_known_elsewhere,
        places.link_method,
        places.funded_hours,
        places.extended_hours,
        places.expanded_hours,
        places.funded_weeks,
        places.extended_weeks,
        places.expanded_weeks,
        places.has_eligibility_code,
        places.has_disability_access_fund,
        places.has_pupil_premium,
        places.premium_basis_code,
        places.two_year_basis_code,
        places.sen_provision_code,
        places.census_date,
        places.valid_from_date,
        places.valid_to_date
    from places
    {{ join_conformed_homes('places', 'census_date') }}

)

select * from keyed

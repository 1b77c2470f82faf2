{#- Children under five whom no UPN leads to a known child, as linkage reads people: see linkage_sources
    in dbt_project.yml. -#}
with places as (

    select * from {{ ref('stg_early_years_census__places') }}

),

by_upn as (

    select * from {{ ref('int_early_years_people_by_upn') }}

),

newest as (

    select
        places.*,
        min(places.census_date) over (partition by places.person_id) as first_census_date
    from places
    left join by_upn on places.person_id = by_upn.person_id
    where by_upn.person_id is null
    qualify row_number() over (
        partition by places.person_id order by places.census_date desc, places.setting_urn asc
    ) = 1

)

select
    person_id,
    -- settings know no households
    cast(null as string) as household_id,
    surname,
    forename,
    sex,
    -- and the address is not read
    cast(null as string) as address_line,
    postcode,
    birth_date,
    first_census_date as known_from_date,
    {{ end_of_time() }} as known_to_date,
    delivery_id,
    extract_date
from newest

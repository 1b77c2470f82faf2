{#- Who the children of the Early Years Census are: a child that schools know, by UPN or by description, or
    else one known from there alone, under a key of its own until a school has it. -#}
with places as (

    select * from {{ ref('stg_early_years_census__places') }}
    where census_date <= {{ as_of_date() }}

),

by_upn as (

    select * from {{ ref('int_early_years_people_by_upn') }}

),

by_description as (

    select
        person_id,
        child_durable_key,
        link_method,
        link_date
    from {{ ref('int_people_linked') }}
    where source = 'early_years_census' and link_status = 'linked'

),

-- settings return postcodes: the area is that of the pupils who live there
postcode_areas as (

    select
        postcode,
        lsoa_code,
        count(*) as pupils_count
    from {{ ref('stg_synergy__pupils') }}
    where postcode is not null and lsoa_code is not null
    group by postcode, lsoa_code
    qualify row_number() over (partition by postcode order by pupils_count desc, lsoa_code asc) = 1

),

newest as (

    select
        *,
        min(census_date) over (partition by person_id) as first_census_date
    from places
    qualify row_number() over (partition by person_id order by census_date desc, setting_urn asc) = 1

)

select
    newest.person_id,
    coalesce(by_upn.child_durable_key, by_description.child_durable_key, newest.person_id) as child_durable_key,
    coalesce(by_upn.child_durable_key, by_description.child_durable_key) is not null as is_known_elsewhere,
    case when by_upn.child_durable_key is not null then 'upn' else by_description.link_method end as link_method,
    case
        when by_upn.child_durable_key is not null then newest.first_census_date else by_description.link_date
    end as link_date,
    newest.surname,
    newest.forename,
    newest.birth_date,
    newest.sex,
    newest.ethnicity_code,
    newest.postcode,
    postcode_areas.lsoa_code,
    newest.first_census_date,
    newest.census_date as last_census_date,
    newest.delivery_id
from newest
left join by_upn on newest.person_id = by_upn.person_id
left join by_description on newest.person_id = by_description.person_id
left join postcode_areas on newest.postcode = postcode_areas.postcode

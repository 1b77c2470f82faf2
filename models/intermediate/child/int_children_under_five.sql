{{ config(materialized="view") }}
{#- Children whom settings of the early years alone know, in the columns of int_children. -#}
with people as (

    select * from {{ ref('int_early_years_people') }}
    where not is_known_elsewhere

),

ethnicities as (

    select * from {{ ref('ref_ethnicity') }}

)

select
    people.child_durable_key,
    cast(null as string) as upn,
    people.surname,
    people.forename,
    people.birth_date,
    people.sex,
    people.ethnicity_code,
    coalesce(ethnicities.ethnicity_group, 'Not known') as ethnicity_group,
    cast(null as string) as address_line,
    people.postcode,
    people.lsoa_code,
    cast(null as boolean) as is_young_carer,
    people.first_census_date as first_seen_date,
    people.last_census_date as last_seen_date,
    people.delivery_id
from people
left join ethnicities on people.ethnicity_code = ethnicities.ethnicity_code

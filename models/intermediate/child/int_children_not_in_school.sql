{{ config(materialized="view") }}
{#- Children whom the list of children not in school alone knows, in the columns of int_children. -#}
with people as (

    select * from {{ ref('int_not_in_school_people') }}
    where not is_known_elsewhere

)

select
    child_durable_key,
    upn,
    surname,
    forename,
    birth_date,
    sex,
    cast(null as string) as ethnicity_code,
    'Not known' as ethnicity_group,
    address_line,
    postcode,
    lsoa_code,
    cast(null as boolean) as is_young_carer,
    first_start_date as first_seen_date,
    last_seen_date,
    delivery_id
from people

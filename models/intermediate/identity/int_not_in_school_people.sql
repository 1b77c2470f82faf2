{#- Who the children of the list of children not in school are: a child that schools know, by UPN, learner number or
    description, or else one known from there alone, under a key of its own until a school has it. -#}
with spells as (

    select * from {{ ref('stg_not_in_school__spells') }}
    where start_date <= {{ as_of_date() }}

),

by_upn as (

    select * from {{ ref('int_not_in_school_people_by_upn') }}

),

by_uln as (

    select * from {{ ref('int_learner_numbers') }}

),

by_description as (

    select
        person_id,
        child_durable_key,
        link_method,
        link_date
    from {{ ref('int_people_linked') }}
    where source = 'not_in_school' and link_status = 'linked'

),

postcode_areas as (

    select * from {{ ref('int_postcode_areas') }}

),

newest as (

    select
        *,
        {{ not_in_school_key('person_id') }} as own_key,
        min(start_date) over (partition by person_id) as first_start_date,
        max(least(coalesce(end_date, extract_date), extract_date)) over (partition by person_id) as last_seen_date
    from spells
    qualify row_number() over (partition by person_id order by start_date desc, kind asc) = 1

),

known as (

    select
        newest.*,
        by_description.link_date as description_link_date,
        postcode_areas.lsoa_code as postcode_lsoa_code,
        coalesce(by_upn.child_durable_key, by_uln.child_durable_key, by_description.child_durable_key) as known_key,
        case
            when by_upn.child_durable_key is not null then 'upn'
            when by_uln.child_durable_key is not null then 'uln'
            else by_description.link_method
        end as link_method
    from newest
    left join by_upn on newest.person_id = by_upn.person_id
    left join by_uln on newest.uln = by_uln.uln
    left join by_description on newest.person_id = by_description.person_id
    left join postcode_areas on newest.postcode = postcode_areas.postcode

)

select
    person_id,
    own_key,
    coalesce(known_key, own_key) as child_durable_key,
    known_key is not null as is_known_elsewhere,
    link_method,
    case when link_method in ('upn', 'uln') then first_start_date else description_link_date end as link_date,
    upn,
    surname,
    forename,
    birth_date,
    sex,
    address_line,
    postcode,
    coalesce(lsoa_code, postcode_lsoa_code) as lsoa_code,
    first_start_date,
    last_seen_date,
    delivery_id
from known

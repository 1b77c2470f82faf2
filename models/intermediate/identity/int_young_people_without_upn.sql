{#- Young people whom neither UPN nor learner number leads to a child, as linkage reads people: see linkage_sources in
    dbt_project.yml. -#}
with records as (

    select * from {{ ref('stg_nccis__young_people') }}

),

by_upn as (

    select * from {{ ref('int_young_people_by_upn') }}

),

by_uln as (

    select * from {{ ref('int_learner_numbers') }}

),

newest as (

    select
        records.*,
        min(records.period_end_date) over (partition by records.person_id) as first_period_end_date
    from records
    left join by_upn on records.person_id = by_upn.person_id
    where by_upn.person_id is null
    qualify row_number() over (
        partition by records.person_id order by records.period_end_date desc, records.record_id asc
    ) = 1

),

unnumbered as (

    select newest.*
    from newest
    left join by_uln on newest.uln = by_uln.uln
    where by_uln.uln is null

)

select
    person_id,
    -- the return knows no households
    cast(null as string) as household_id,
    surname,
    forename,
    sex,
    address_line,
    postcode,
    birth_date,
    first_period_end_date as known_from_date,
    {{ end_of_time() }} as known_to_date,
    delivery_id,
    period_end_date as extract_date
from unnumbered

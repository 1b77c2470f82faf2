{#- Children not in school whom neither UPN nor learner number leads to a known child, as linkage reads people: see
    linkage_sources in dbt_project.yml. -#}
with spells as (

    select * from {{ ref('stg_not_in_school__spells') }}

),

by_upn as (

    select * from {{ ref('int_not_in_school_people_by_upn') }}

),

by_uln as (

    select * from {{ ref('int_learner_numbers') }}

),

newest as (

    select
        spells.*,
        min(spells.start_date) over (partition by spells.person_id) as first_start_date
    from spells
    left join by_upn on spells.person_id = by_upn.person_id
    where by_upn.person_id is null
    qualify row_number() over (
        partition by spells.person_id order by spells.start_date desc, spells.kind asc
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
    -- the list knows no households
    cast(null as string) as household_id,
    surname,
    forename,
    sex,
    address_line,
    postcode,
    birth_date,
    first_start_date as known_from_date,
    {{ end_of_time() }} as known_to_date,
    delivery_id,
    extract_date
from unnumbered

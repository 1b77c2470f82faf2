{{ config(meta={"read_by": ["expectations"]}) }}
{#- Whom the deliveries in force are about, and the child that each was taken for. -#}
with delivered as (

    select identity_id from {{ ref('stg_synergy__pupils') }}

    union distinct

    select identity_id from {{ ref('stg_school_census__pupils') }}

    union distinct

    select identity_id from {{ ref('stg_attainment__results') }}

),

identities as (

    select * from {{ ref('int_child_identity') }}

),

-- settings state no identity: a child of theirs is known by what it is called
under_fives as (

    select distinct person_id
    from {{ ref('stg_early_years_census__places') }}
    where census_date <= {{ as_of_date() }}

),

-- the list of children not in school has references of its own
not_in_school as (

    select distinct person_id
    from {{ ref('stg_not_in_school__spells') }}
    where start_date <= {{ as_of_date() }}

)

select
    delivered.identity_id,
    identities.child_durable_key
from delivered
left join identities on delivered.identity_id = identities.identity_id
where delivered.identity_id is not null

union all

select
    under_fives.person_id as identity_id,
    people.child_durable_key
from under_fives
left join {{ ref('int_early_years_people') }} as people on under_fives.person_id = people.person_id

union all

select
    'not_in_school|' || not_in_school.person_id as identity_id,
    people.child_durable_key
from not_in_school
left join {{ ref('int_not_in_school_people') }} as people on not_in_school.person_id = people.person_id

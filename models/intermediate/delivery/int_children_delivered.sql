{{ config(materialized="view", meta={"read_by": ["expectations"]}) }}
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

)

select
    delivered.identity_id,
    identities.child_durable_key
from delivered
left join identities on delivered.identity_id = identities.identity_id
where delivered.identity_id is not null

{{ config(materialized="view", meta={"read_by": ["expectations"]}) }}
{#- Which child the deliveries in force put at which school. -#}
with enrolments as (

    select * from {{ ref('stg_synergy__enrolments') }}
    where school_id is not null

),

pupils as (

    select * from {{ ref('stg_synergy__pupils') }}

),

returns as (

    select * from {{ ref('stg_school_census__pupils') }}

),

identities as (

    select * from {{ ref('int_child_identity') }}

)

select
    identities.child_durable_key,
    enrolments.school_id
from enrolments
inner join pupils on enrolments.pupil_id = pupils.pupil_id
inner join identities on pupils.identity_id = identities.identity_id

union distinct

select
    identities.child_durable_key,
    returns.school_id
from returns
inner join identities on returns.identity_id = identities.identity_id

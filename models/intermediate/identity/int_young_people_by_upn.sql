{#- Which children the UPNs of young people lead to. A UPN of two children is told apart by the birth date; who is
    returned under UPNs of two is nobody's. -#}
with records as (

    select distinct
        person_id,
        upn,
        identity_id
    from {{ ref('stg_nccis__young_people') }}
    where upn is not null and not {{ is_temporary_upn('upn') }}

),

identities as (

    select * from {{ ref('int_child_identity') }}

),

of_upns as (

    select
        upn,
        min(child_durable_key) as child_durable_key
    from identities
    where upn is not null
    group by upn
    having count(distinct child_durable_key) = 1

),

found as (

    select
        records.person_id,
        coalesce(identities.child_durable_key, of_upns.child_durable_key) as child_durable_key
    from records
    left join identities on records.identity_id = identities.identity_id
    left join of_upns on records.upn = of_upns.upn

)

select
    person_id,
    min(child_durable_key) as child_durable_key
from found
where child_durable_key is not null
group by person_id
having count(distinct child_durable_key) = 1

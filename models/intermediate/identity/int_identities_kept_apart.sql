{#- Identities under a UPN by which nobody may find the child under another one. -#}
with identities as (

    select * from {{ ref('int_identities') }}
    where upn is not null

),

reasons as (

    select * from {{ ref('ref_restriction_reason') }}
    where keeps_upns_apart

),

restrictions as (

    select * from {{ ref('stg_ops__restrictions') }}
    where identifier_kind = 'upn'

)

select distinct
    identities.identity_id,
    identities.upn
from identities
inner join restrictions on {{ pseudonym("'upn|' || identities.upn") }} = restrictions.identifier_hash
inner join reasons on restrictions.reason_code = reasons.reason_code

{{ config(meta={"read_by": ["linkage", "review", "rights"]}) }}
{#- Every pair that a person may be asked about, whatever became of it: of a person without UPN and a child, or of two
    identities. -#}
with candidates as (

    select * from {{ ref('int_person_link_candidates') }}

),

identity_links as (

    select * from {{ ref('int_identity_links') }}

)

select
    review_id,
    'link' as kind,
    source,
    link_status,
    review_reason,
    link_probability,
    extract_date as said_date,
    person_id,
    child_durable_key,
    cast(null as string) as identity_id,
    cast(null as string) as other_identity_id
from candidates

union all

select
    review_id,
    'identity' as kind,
    'upn' as source,
    link_status,
    coalesce(review_reason, link_method) as review_reason,
    cast(null as double) as link_probability,
    stated_date as said_date,
    cast(null as string) as person_id,
    cast(null as string) as child_durable_key,
    identity_id,
    other_identity_id
from identity_links

{#- Of which children a concern lies in quarantine. -#}
select
    identities.child_durable_key,
    concerns.extract_date as evidence_date,
    max(concerns.delivery_id) as delivery_id
from {{ ref('stg_quarantine__concerns') }} as concerns
inner join {{ ref('int_child_identity') }} as identities on concerns.upn = identities.upn
group by identities.child_durable_key, concerns.extract_date

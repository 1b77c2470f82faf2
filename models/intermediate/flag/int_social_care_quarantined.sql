{#- Of which children an episode of need lies in quarantine. -#}
select
    children.child_durable_key,
    episodes.reference_date as evidence_date,
    max(episodes.delivery_id) as delivery_id
from {{ ref('stg_quarantine__cin_episodes') }} as episodes
inner join {{ ref('stg_cin_census__children') }} as records on episodes.record_id = records.record_id
inner join {{ ref('int_social_care_children') }} as children on records.child_ref = children.child_ref
where children.child_durable_key is not null
group by children.child_durable_key, episodes.reference_date

{#- What reviewers decided of people without UPN and children, by the keys that the children have now. -#}
with link_decisions as (

    select * from {{ ref('stg_ops__review_decisions') }}
    where kind = 'link' and person_id is not null and child_durable_key is not null

),

events as (

    select * from {{ ref('int_child_identity_event') }}

),

-- A decision names the child by the key of its day; the child may have another now. Who was thought to be one child
-- and is two was accepted as neither, and rejected as both.
decisions_by_child as (

    select
        source,
        person_id,
        child_durable_key,
        decision,
        decided_at
    from link_decisions

    union all

    select
        link_decisions.source,
        link_decisions.person_id,
        events.child_durable_key,
        link_decisions.decision,
        link_decisions.decided_at
    from link_decisions
    inner join events on link_decisions.child_durable_key = events.earlier_child_durable_key
    where events.event = 'merged' or link_decisions.decision = 'reject'

),

decisions as (

    select * from decisions_by_child
    qualify row_number() over (
        partition by source, person_id, child_durable_key order by decided_at desc, decision desc
    ) = 1

)

select * from decisions

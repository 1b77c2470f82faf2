{#- Which pairs of identities are believed. A chain that would join who is not one child is not believed as a whole
    until somebody has looked. -#}
with pairs as (

    select * from {{ ref('int_identity_pairs') }}

),

chains as (

    select * from {{ ref('int_identities_chained') }}

),

pairs_with_reasons as (

    select
        pairs.review_id,
        pairs.identity_id,
        pairs.other_identity_id,
        pairs.link_method,
        pairs.is_standing,
        pairs.stated_date,
        pairs.delivery_id,
        pairs.decision,
        pairs.decided_at,
        coalesce(pairs.review_reason, chains.review_reason) as review_reason
    from pairs
    left join chains on pairs.identity_id = chains.identity_id

),

links as (

    select
        review_id,
        identity_id,
        other_identity_id,
        case when decision = 'accept' then 'reviewed' else link_method end as link_method,
        review_reason,
        case
            when decision = 'accept' then 'linked'
            when decision = 'reject' then 'rejected'
            when not is_standing then 'retracted'
            when review_reason is not null then 'review'
            else 'linked'
        end as link_status,
        case when decision is null then stated_date else cast(decided_at as date) end as link_date,
        stated_date,
        delivery_id
    from pairs_with_reasons

)

select * from links

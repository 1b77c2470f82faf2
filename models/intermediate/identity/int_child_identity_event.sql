{#- Keys that a child had before, or might have had in an earlier release, and where they lead now. -#}
with identities as (

    select * from {{ ref('int_child_identity') }}

),

links as (

    select * from {{ ref('int_identity_links') }}

),

sides as (

    select
        identity_id,
        link_method,
        link_date,
        delivery_id
    from links
    where link_status = 'linked'

    union all

    select
        other_identity_id as identity_id,
        link_method,
        link_date,
        delivery_id
    from links
    where link_status = 'linked'

),

first_links as (

    select * from sides
    qualify row_number() over (
        partition by identity_id order by link_date asc, link_method asc, delivery_id asc
    ) = 1

),

dated as (

    select
        identities.identity_id,
        identities.upn,
        identities.is_upn_of_one_child,
        identities.child_key_text,
        identities.child_durable_key,
        coalesce(first_links.link_date, identities.first_seen_date) as event_date,
        coalesce(first_links.link_method, identities.link_method) as link_method,
        coalesce(first_links.delivery_id, identities.delivery_id) as delivery_id
    from identities
    left join first_links on identities.identity_id = first_links.identity_id

),

-- An identity may have stood for a child of its own: before it was linked, or while its UPN was said of two children.
mergers as (

    select
        {{ pseudonym('identity_id') }} as earlier_child_durable_key,
        child_durable_key,
        'merged' as event,
        event_date,
        link_method,
        delivery_id
    from dated
    where identity_id <> child_key_text

    union all

    select
        {{ pseudonym('upn') }} as earlier_child_durable_key,
        child_durable_key,
        'merged' as event,
        event_date,
        link_method,
        delivery_id
    from dated
    where is_upn_of_one_child and upn <> child_key_text

),

-- A UPN that two children have was the key of one while only one was known.
shared_upns as (

    select
        {{ pseudonym('upn') }} as earlier_child_durable_key,
        child_durable_key,
        'split' as event,
        event_date,
        'upn_of_two_children' as link_method,
        delivery_id
    from dated
    where upn is not null and not is_upn_of_one_child

),

-- What was joined and is no longer: by a correction, by a reviewer, or since a return showed two children.
separations as (

    select
        links.link_status,
        links.review_reason,
        links.link_date,
        links.link_method,
        links.delivery_id,
        identities.child_durable_key,
        others.child_durable_key as other_child_durable_key,
        coalesce(identities.first_seen_date <= others.first_seen_date, true) as is_first_seen
    from links
    inner join identities on links.identity_id = identities.identity_id
    inner join identities as others on links.other_identity_id = others.identity_id
    where
        identities.child_durable_key <> others.child_durable_key
        and (
            links.link_status in ('rejected', 'retracted')
            or links.review_reason in (
                'upn_of_two_children',
                'temporary_upn_of_two_schools',
                'chain_joins_two_birth_dates',
                'chain_joins_rejected_pair',
                'two_main_registrations_on_one_day'
            )
        )

),

splits as (

    select
        case when is_first_seen then child_durable_key else other_child_durable_key end as earlier_child_durable_key,
        case when is_first_seen then other_child_durable_key else child_durable_key end as child_durable_key,
        'split' as event,
        link_date as event_date,
        coalesce(review_reason, link_status) as link_method,
        delivery_id
    from separations

),

events as (

    select * from mergers

    union all

    select * from shared_upns

    union all

    select * from splits

)

select * from events
qualify row_number() over (
    partition by earlier_child_durable_key, child_durable_key order by event_date asc, event asc, link_method asc
) = 1

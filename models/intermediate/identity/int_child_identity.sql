{{ config(meta={"read_by": ["entries"]}) }}

{#- Who is who: the child behind each identity that sources state. -#}
with identities as (

    select * from {{ ref('int_identities') }}

),

links as (

    select * from {{ ref('int_identity_links') }}
    where link_status = 'linked'

),

edges as (

    select
        identity_id,
        other_identity_id
    from links

    union all

    select
        other_identity_id as identity_id,
        identity_id as other_identity_id
    from links

),

connected as (

    {{ reachable('edges', 'identity_id', 'other_identity_id') }}

),

components as (

    select
        identity_id,
        min(other_identity_id) as component_id
    from connected
    group by identity_id

),

upns as (

    select
        identities.upn,
        count(distinct coalesce(components.component_id, identities.identity_id)) = 1 as is_upn_of_one_child
    from identities
    left join components on identities.identity_id = components.identity_id
    where identities.upn is not null
    group by identities.upn

),

-- What the key is made of: the UPN while all that is said of it is one child. Of several, the whole identity tells each
-- apart and none has the UPN's key: a key never goes over from one child to another.
named as (

    select
        identities.*,
        coalesce(upns.is_upn_of_one_child, false) as is_upn_of_one_child,
        case when upns.is_upn_of_one_child then identities.upn else identities.identity_id end as key_text
    from identities
    left join upns on identities.upn = upns.upn

),

-- The identity that was seen first speaks for the child, so that a key does not change when a later UPN is linked
-- to it. A UPN speaks before a record of Synergy that has none.
first_identities as (

    select
        connected.identity_id,
        named.key_text,
        named.upn
    from connected
    inner join named on connected.other_identity_id = named.identity_id
    qualify row_number() over (
        partition by connected.identity_id
        order by
            named.first_seen_date asc nulls last,
            named.upn is null asc,
            named.rank_in_upn asc,
            named.identity_id asc
    ) = 1

),

link_sides as (

    select
        identity_id,
        link_method
    from links

    union all

    select
        other_identity_id as identity_id,
        link_method
    from links

),

methods as (

    select
        identity_id,
        min(link_method) as link_method
    from link_sides
    group by identity_id

),

keyed as (

    select
        named.identity_id,
        named.upn,
        coalesce(first_identities.upn, named.upn) as canonical_upn,
        {{ pseudonym('coalesce(first_identities.key_text, named.key_text)') }} as child_durable_key,
        coalesce(methods.link_method, case when named.upn is null then 'synergy_pupil_id' else 'upn' end)
            as link_method,
        named.rank_in_upn,
        named.is_upn_of_one_child,
        named.key_text,
        coalesce(first_identities.key_text, named.key_text) as child_key_text,
        named.first_seen_date,
        named.delivery_id
    from named
    left join first_identities on named.identity_id = first_identities.identity_id
    left join methods on named.identity_id = methods.identity_id

)

select * from keyed

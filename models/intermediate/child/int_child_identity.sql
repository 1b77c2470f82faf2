{#- UPNs are nodes; a former UPN, or one Synergy pupil with two UPNs, is an edge. Few UPNs have an edge, so
    only those walk. -#}
with pupils as (

    select * from {{ ref('stg_synergy__pupils') }}

),

returns as (

    select * from {{ ref('stg_school_census__pupils') }}

),

results as (

    select * from {{ ref('stg_attainment__results') }}

),

own_upns as (

    select
        upn,
        extract_date as seen_date,
        delivery_id
    from pupils
    where upn is not null

    union all

    select
        upn,
        reference_date as seen_date,
        delivery_id
    from returns
    where upn is not null

    union all

    select
        upn,
        assessment_date as seen_date,
        delivery_id
    from results
    where upn is not null

),

former_upns as (

    select
        upn,
        former_upn,
        extract_date as seen_date,
        delivery_id
    from pupils
    where former_upn is not null and upn is not null

    union all

    select
        upn,
        former_upn,
        reference_date as seen_date,
        delivery_id
    from returns
    where former_upn is not null and upn is not null

),

shared_pupils as (

    select
        upn,
        min(upn) over (partition by pupil_id) as other_upn
    from pupils
    where upn is not null

),

pairs as (

    select
        upn,
        former_upn as other_upn,
        'former_upn' as link_method
    from former_upns

    union all

    select
        upn,
        other_upn,
        'synergy_pupil_id' as link_method
    from shared_pupils

),

edges as (

    select
        upn,
        other_upn,
        link_method
    from pairs
    where upn <> other_upn

    union

    select
        other_upn as upn,
        upn as other_upn,
        link_method
    from pairs
    where upn <> other_upn

),

-- Each UPN with an edge walks to every UPN it can reach; `union` forgets what was reached before, so the
-- walk ends.
walks as (

    with recursive walk (upn, reached_upn) as (

        select
            upn,
            upn as reached_upn
        from edges

        union

        select
            walk.upn,
            edges.other_upn as reached_upn
        from walk
        inner join edges on walk.reached_upn = edges.upn

    )

    select
        upn,
        reached_upn
    from walk

),

seen as (

    select
        upn,
        min(seen_date) as first_seen_date,
        max_by(delivery_id, concat(seen_date, delivery_id)) as delivery_id
    from own_upns
    group by upn

),

former_only as (

    select
        former_upns.former_upn as upn,
        max_by(former_upns.delivery_id, concat(former_upns.seen_date, former_upns.delivery_id)) as delivery_id
    from former_upns
    left join seen on former_upns.former_upn = seen.upn
    where seen.upn is null
    group by former_upns.former_upn

),

nodes as (

    select
        upn,
        first_seen_date,
        delivery_id
    from seen

    union all

    select
        upn,
        cast(null as date) as first_seen_date,
        delivery_id
    from former_only

),

-- The UPN that was seen first speaks for the child, so that a key does not change when a later UPN is
-- linked to it.
canonical as (

    select
        walks.upn,
        walks.reached_upn as canonical_upn,
        row_number() over (
            partition by walks.upn
            order by nodes.first_seen_date nulls last, walks.reached_upn
        ) as preference
    from walks
    inner join nodes on walks.reached_upn = nodes.upn

),

methods as (

    select
        upn,
        min(link_method) as link_method
    from edges
    group by upn

),

identified as (

    select
        nodes.upn,
        coalesce(canonical.canonical_upn, nodes.upn) as canonical_upn,
        {{ pseudonym('coalesce(canonical.canonical_upn, nodes.upn)') }} as child_durable_key,
        coalesce(methods.link_method, 'upn') as link_method,
        nodes.delivery_id
    from nodes
    left join canonical on nodes.upn = canonical.upn and canonical.preference = 1
    left join methods on nodes.upn = methods.upn

)

select * from identified

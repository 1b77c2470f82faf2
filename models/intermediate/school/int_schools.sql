{#- One row per school: from the register, from Synergy's list, or known only because a return names it. -#}
with establishments as (

    select * from {{ ref('stg_school_register__establishments') }}

),

links as (

    select * from {{ ref('stg_school_register__links') }}

),

synergy_schools as (

    select * from {{ ref('stg_synergy__schools') }}

),

spells as (

    select * from {{ ref('int_enrolment_spells') }}

),

phases as (

    select * from {{ ref('ref_phase') }}

),

registered as (

    select
        coalesce(school_id, urn) as school_id,
        urn,
        school_name,
        phase,
        establishment_type,
        postcode,
        open_date,
        close_date,
        delivery_id
    from establishments

),

-- A conversion keeps the LAESTAB and gets a new URN: the school is the establishment that is open, or was
-- open last.
current_establishments as (

    select * from registered
    qualify row_number() over (
        partition by school_id
        order by close_date is null desc, close_date desc, open_date desc nulls last, urn desc
    ) = 1

),

-- Only a plain succession continues a school. What was merged or amalgamated ended, and what was split off
-- began.
successions as (

    select
        urn as predecessor_urn,
        link_urn as successor_urn
    from links
    where lower(link_type) = 'successor'

    union

    select
        link_urn as predecessor_urn,
        urn as successor_urn
    from links
    where lower(link_type) = 'predecessor'

),

one_to_one as (

    select
        predecessor_urn,
        successor_urn
    from successions
    where predecessor_urn <> successor_urn
    qualify
        count(*) over (partition by predecessor_urn) = 1
        and count(*) over (partition by successor_urn) = 1

),

-- From each establishment back to where its chain began. The register may hold a circle; sixty-four hops
-- end it.
chains as (

    with recursive chain (urn, ancestor_urn, hops) as (

        select
            urn,
            urn as ancestor_urn,
            0 as hops
        from current_establishments
        where urn is not null

        union all

        select
            chain.urn,
            one_to_one.predecessor_urn as ancestor_urn,
            chain.hops + 1 as hops
        from chain
        inner join one_to_one on chain.ancestor_urn = one_to_one.successor_urn
        where chain.hops < 64

    )

    select
        urn,
        max_by(ancestor_urn, hops) as founding_urn
    from chain
    group by urn

),

founders as (

    select
        chains.urn,
        coalesce(registered.school_id, chains.founding_urn) as school_durable_id
    from chains
    left join registered on chains.founding_urn = registered.urn

),

listed as (

    select * from synergy_schools
    qualify row_number() over (
        partition by school_id order by valid_to_date desc, valid_from_date desc nulls last, row_number_in_file asc
    ) = 1

),

known as (

    select school_id from current_establishments

    union

    select school_id from listed

    union

    select school_id from spells

),

described as (

    select
        known.school_id,
        coalesce(founders.school_durable_id, known.school_id) as school_durable_id,
        current_establishments.urn,
        coalesce(current_establishments.school_name, listed.school_name) as school_name,
        coalesce(register_phases.phase_code, type_phases.phase_code, listed_phases.phase_code, 'NO') as phase_code,
        coalesce(register_phases.phase_name, type_phases.phase_name, listed_phases.phase_name, 'Not applicable')
            as phase_name,
        current_establishments.establishment_type,
        current_establishments.postcode,
        current_establishments.open_date,
        current_establishments.close_date,
        current_establishments.school_id is not null as is_in_register,
        coalesce(current_establishments.delivery_id, listed.delivery_id) as delivery_id
    from known
    left join current_establishments on known.school_id = current_establishments.school_id
    left join founders on current_establishments.urn = founders.urn
    left join listed on known.school_id = listed.school_id
    -- The register gives special schools and pupil referral units no phase; their type does.
    left join phases as register_phases
        on
            lower(current_establishments.phase) = lower(register_phases.phase_alias)
            and register_phases.phase_code <> 'NO'
    left join phases as type_phases
        on lower(current_establishments.establishment_type) = lower(type_phases.phase_alias)
    left join phases as listed_phases
        on lower(listed.phase) = lower(listed_phases.phase_alias)
    where known.school_id is not null

)

select * from described

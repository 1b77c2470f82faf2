{#- Which school a school became part of, and when: before the merger it is itself, from its day on the other, through
    any number of mergers. -#}
with establishments as (

    select distinct
        urn,
        school_durable_id
    from {{ ref('int_school_establishments') }}

),

handovers as (

    select * from {{ ref('int_school_handovers') }}
    where not is_succession and handover_date is not null

),

-- a school ends once
mergers as (

    select
        predecessors.school_durable_id,
        successors.school_durable_id as merged_durable_id,
        handovers.handover_date
    from handovers
    inner join establishments as predecessors on handovers.predecessor_urn = predecessors.urn
    inner join establishments as successors on handovers.successor_urn = successors.urn
    where predecessors.school_durable_id <> successors.school_durable_id
    qualify row_number() over (
        partition by predecessors.school_durable_id
        order by handovers.handover_date desc, successors.school_durable_id asc
    ) = 1

),

-- the register may hold a circle: sixty-four mergers end it
steps as (

    with recursive step (origin_durable_id, school_durable_id, valid_from_date, hops) as (

        select distinct
            school_durable_id as origin_durable_id,
            school_durable_id,
            {{ beginning_of_time() }} as valid_from_date,
            0 as hops
        from establishments

        union all

        select
            step.origin_durable_id,
            mergers.merged_durable_id as school_durable_id,
            greatest(step.valid_from_date, mergers.handover_date) as valid_from_date,
            step.hops + 1 as hops
        from step
        inner join mergers on step.school_durable_id = mergers.school_durable_id
        where step.hops < 64

    )

    select * from step

),

-- of two mergers on one day the last hop holds
parts as (

    select
        origin_durable_id,
        school_durable_id,
        valid_from_date
    from steps
    qualify row_number() over (partition by origin_durable_id, valid_from_date order by hops desc) = 1

),

dated as (

    select
        origin_durable_id,
        school_durable_id,
        valid_from_date,
        coalesce(
            lead(valid_from_date) over (partition by origin_durable_id order by valid_from_date), {{ end_of_time() }}
        ) as valid_to_date
    from parts

)

select * from dated

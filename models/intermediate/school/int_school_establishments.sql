{#- Which establishment of the register a school (LAESTAB) was, and when: a conversion gives it a new URN, name or type.
    Where there were several, the one that opened last speaks while it is open, and where none was open the one before. -#}
with establishments as (

    select * from {{ ref('stg_school_register__establishments') }}

),

handovers as (

    select * from {{ ref('int_school_handovers') }}

),

identified as (

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
    where urn is not null
    qualify row_number() over (
        partition by urn order by close_date is null desc, close_date desc, coalesce(school_id, urn) asc
    ) = 1

),

successions as (

    select * from handovers
    where is_succession

),

-- Any number of hops back to the establishment that followed no other. A circle has none: its lowest URN stands for it.
ancestors as (

    {{ reachable('successions', 'successor_urn', 'predecessor_urn') }}

),

founders as (

    select
        ancestors.successor_urn as urn,
        coalesce(
            min(case when successions.successor_urn is null then ancestors.predecessor_urn end),
            min(ancestors.predecessor_urn)
        ) as founding_urn
    from ancestors
    left join successions on ancestors.predecessor_urn = successions.successor_urn
    group by ancestors.successor_urn

),

bounded as (

    select
        identified.*,
        coalesce(founding.school_id, founders.founding_urn, identified.school_id) as school_durable_id,
        coalesce(taken_over.handover_date, identified.open_date, {{ beginning_of_time() }}) as start_date,
        coalesce(
            handed_on.handover_date, cast(identified.close_date + interval '1' day as date), {{ end_of_time() }}
        ) as stated_end_date
    from identified
    left join successions as taken_over on identified.urn = taken_over.successor_urn
    left join successions as handed_on on identified.urn = handed_on.predecessor_urn
    left join founders on identified.urn = founders.urn
    left join identified as founding on founders.founding_urn = founding.urn

),

spells as (

    select
        *,
        greatest(start_date, stated_end_date) as end_date
    from bounded

),

one_at_a_time as (

    {{ without_overlap('spells', ['school_id'], ['end_date desc', 'urn desc'], [
        'school_id', 'school_durable_id', 'urn', 'school_name', 'phase', 'establishment_type', 'postcode', 'open_date',
        'close_date', 'delivery_id',
    ]) }}

),

-- one that covers no day speaks only where no other does
kept as (

    select
        *,
        max(case when start_date < end_date then 1 else 0 end) over (partition by school_id) as has_days
    from one_at_a_time
    qualify
        start_date < end_date
        or (
            max(case when start_date < end_date then 1 else 0 end) over (partition by school_id) = 0
            and row_number() over (partition by school_id order by start_date desc, urn desc) = 1
        )

),

numbered as (

    select
        *,
        row_number() over (partition by school_id order by start_date) as version_number,
        lead(start_date) over (partition by school_id order by start_date) as next_start_date
    from kept

),

dated as (

    select
        school_id,
        case version_number when 1 then {{ beginning_of_time() }} else start_date end as valid_from_date,
        coalesce(next_start_date, {{ end_of_time() }}) as valid_to_date,
        school_durable_id,
        urn,
        school_name,
        phase,
        establishment_type,
        postcode,
        open_date,
        close_date,
        delivery_id
    from numbered

)

select * from dated

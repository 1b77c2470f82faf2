{#- Schools over time as register, map and Synergy's list have them: a row for as long as all three say the same of a
    school and its relatives. -#}
with schools as (

    select * from {{ ref('int_schools') }}

),

establishments as (

    select * from {{ ref('int_school_establishments') }}

),

mergers as (

    select * from {{ ref('int_school_mergers') }}

),

memberships as (

    select * from {{ ref('int_school_memberships') }}

),

phases as (

    select * from {{ ref('ref_phase') }}

),

-- LAESTABs that are one school at some time, so that the map of one can speak for the other
families as (

    select distinct
        schools.school_id,
        coalesce(mergers.school_durable_id, establishments.school_durable_id, schools.school_id) as school_durable_id
    from schools
    left join establishments on schools.school_id = establishments.school_id
    left join mergers on establishments.school_durable_id = mergers.origin_durable_id

),

relatives as (

    select distinct
        families.school_id,
        others.school_id as relative_school_id
    from families
    inner join families as others on families.school_durable_id = others.school_durable_id

),

-- every day from which anything about a school may differ from the day before
change_dates as (

    select
        school_id,
        {{ beginning_of_time() }} as valid_from_date
    from schools

    union

    select
        school_id,
        valid_from_date
    from establishments

    union

    select
        establishments.school_id,
        mergers.valid_from_date
    from establishments
    inner join mergers on establishments.school_durable_id = mergers.origin_durable_id

    union

    select
        relatives.school_id,
        memberships.valid_from_date
    from memberships
    inner join relatives on memberships.school_id = relatives.relative_school_id

    union

    select
        relatives.school_id,
        memberships.valid_to_date as valid_from_date
    from memberships
    inner join relatives on memberships.school_id = relatives.relative_school_id
    where memberships.valid_to_date < {{ end_of_time() }}

),

-- versions fill all time, with no pyramid or zone where the map has none, so that every event finds its school
spans as (

    select
        school_id,
        valid_from_date,
        coalesce(
            lead(valid_from_date) over (partition by school_id order by valid_from_date), {{ end_of_time() }}
        ) as valid_to_date
    from change_dates

),

described as (

    select
        spans.school_id,
        spans.valid_from_date,
        spans.valid_to_date,
        coalesce(mergers.school_durable_id, establishments.school_durable_id, spans.school_id) as school_durable_id,
        establishments.urn,
        coalesce(establishments.school_name, schools.listed_name) as school_name,
        coalesce(register_phases.phase_code, type_phases.phase_code, listed_phases.phase_code, 'NO') as phase_code,
        coalesce(register_phases.phase_name, type_phases.phase_name, listed_phases.phase_name, 'Not applicable')
            as phase_name,
        establishments.establishment_type,
        establishments.postcode,
        establishments.open_date,
        establishments.close_date,
        schools.is_in_register,
        memberships.pyramid_code,
        memberships.zone_code,
        memberships.school_id is not null as has_membership,
        coalesce(establishments.delivery_id, schools.listed_delivery_id) as delivery_id
    from spans
    inner join schools on spans.school_id = schools.school_id
    left join establishments
        on
            spans.school_id = establishments.school_id
            and {{ valid_on('spans.valid_from_date', 'establishments') }}
    left join mergers
        on
            establishments.school_durable_id = mergers.origin_durable_id
            and {{ valid_on('spans.valid_from_date', 'mergers') }}
    left join memberships
        on
            spans.school_id = memberships.school_id
            and {{ valid_on('spans.valid_from_date', 'memberships') }}
    -- The register gives special schools and pupil referral units no phase; their type does.
    left join phases as register_phases
        on
            lower(establishments.phase) = lower(register_phases.phase_alias)
            and register_phases.phase_code <> 'NO'
    left join phases as type_phases
        on lower(establishments.establishment_type) = lower(type_phases.phase_alias)
    left join phases as listed_phases
        on lower(schools.listed_phase) = lower(listed_phases.phase_alias)

)

select * from described

{#- Synergy where it knows the child at the school, the census otherwise. -#}
with synergy_spells as (

    select * from {{ ref('int_enrolment_spells_in_synergy') }}

),

census_spells as (

    select * from {{ ref('int_enrolment_spells_returned') }}

),

statuses as (

    select * from {{ ref('ref_enrol_status') }}

),

spells as (

    select
        child_durable_key,
        school_id,
        enrol_status,
        start_date,
        end_date,
        nc_year,
        last_recorded_date,
        delivery_id
    from synergy_spells

    union all

    select * from census_spells

),

deduplicated as (

    select
        spells.child_durable_key,
        spells.school_id,
        spells.enrol_status,
        -- A leaver whose status was never returned was registered at this school alone, as nearly all are.
        coalesce(statuses.is_main, true) as is_main,
        spells.start_date,
        -- A spell that ends before it starts covers no day.
        greatest(spells.start_date, spells.end_date) as end_date,
        spells.nc_year,
        spells.last_recorded_date,
        spells.delivery_id
    from spells
    left join statuses on spells.enrol_status = statuses.enrol_status
    qualify row_number() over (
        partition by spells.child_durable_key, spells.school_id, spells.start_date
        order by spells.end_date desc, statuses.is_main desc nulls last, spells.enrol_status asc
    ) = 1

),

-- One registration at a time at a school. A short one inside a long one does not end it.
without_overlap as (

    {{ without_overlap(
        'deduplicated',
        ['child_durable_key', 'school_id'],
        ['end_date desc', 'enrol_status asc'],
        ['child_durable_key', 'school_id', 'enrol_status', 'is_main', 'nc_year', 'last_recorded_date', 'delivery_id'],
    ) }}

)

select * from without_overlap

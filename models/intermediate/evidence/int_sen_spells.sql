{#- SEN provision over time: from Synergy for the children it knows, from the census for the others. -#}
with pupils as (

    select * from {{ ref('stg_synergy__pupils') }}

),

sen as (

    select * from {{ ref('stg_synergy__sen') }}

),

identities as (

    select * from {{ ref('int_child_identity') }}

),

registrations as (

    select * from {{ ref('int_main_registrations') }}

),

states as (

    select * from {{ ref('int_sen_states') }}

),

census_needs as (

    select * from {{ ref('stg_school_census__sen_needs') }}

),

provisions as (

    select * from {{ ref('ref_sen_provision') }}

),

sources as (

    select * from {{ ref('int_sen_sources') }}

),

pupil_children as (

    select
        pupils.pupil_id,
        min(identities.child_durable_key) as child_durable_key
    from pupils
    inner join identities on pupils.identity_id = identities.identity_id
    group by pupils.pupil_id

),

synergy_spells as (

    select
        pupil_children.child_durable_key,
        provisions.provision_group,
        sen.primary_need_code,
        sen.secondary_need_code,
        sen.start_date,
        greatest(sen.start_date, {{ end_exclusive('sen.last_date') }}) as end_date,
        sen.delivery_id
    from sen
    inner join pupil_children on sen.pupil_id = pupil_children.pupil_id
    inner join provisions on sen.sen_provision_code = provisions.sen_provision_code
    where sen.start_date is not null

),

-- Synergy gives a spell no school: it is the main one of the day the spell began, or the first one after.
synergy_schools as (

    select
        synergy_spells.*,
        registrations.school_id
    from synergy_spells
    left join registrations
        on
            synergy_spells.child_durable_key = registrations.child_durable_key
            and synergy_spells.start_date < registrations.end_date
            and synergy_spells.end_date > registrations.start_date
    qualify row_number() over (
        partition by
            synergy_spells.child_durable_key, synergy_spells.start_date, synergy_spells.end_date,
            synergy_spells.provision_group
        order by registrations.start_date nulls last, registrations.preference, synergy_spells.primary_need_code
    ) = 1

),

census_states as (

    select
        states.*,
        row_number() over (partition by states.child_durable_key order by states.reference_date)
        - row_number() over (
            partition by states.child_durable_key, states.school_id, states.provision_group
            order by states.reference_date
        ) as run
    from states
    inner join sources on states.child_durable_key = sources.child_durable_key
    where sources.sen_source = 'census'

),

needs_by_return as (

    select
        census_year,
        census_term,
        school_id,
        roll,
        pupil_return_id,
        min(case need_rank when 1 then need_code end) as primary_need_code,
        min(case need_rank when 2 then need_code end) as secondary_need_code
    from census_needs
    group by census_year, census_term, school_id, roll, pupil_return_id

),

census_spells as (

    select
        census_states.child_durable_key,
        census_states.school_id,
        census_states.provision_group,
        {{ latest('needs_by_return.primary_need_code', 'census_states.reference_date') }} as primary_need_code,
        {{ latest('needs_by_return.secondary_need_code', 'census_states.reference_date') }} as secondary_need_code,
        min(census_states.reference_date) as start_date,
        max(census_states.next_reference_date) as end_date,
        {{ latest('census_states.delivery_id', 'census_states.reference_date') }} as delivery_id
    from census_states
    left join needs_by_return
        on
            census_states.census_year = needs_by_return.census_year
            and census_states.census_term = needs_by_return.census_term
            and census_states.school_id = needs_by_return.school_id
            and census_states.roll = needs_by_return.roll
            and census_states.pupil_return_id = needs_by_return.pupil_return_id
    group by
        census_states.child_durable_key, census_states.school_id, census_states.provision_group, census_states.run

),

spells as (

    select
        child_durable_key,
        school_id,
        provision_group,
        primary_need_code,
        secondary_need_code,
        start_date,
        end_date,
        delivery_id
    from synergy_schools

    union all

    select
        child_durable_key,
        school_id,
        provision_group,
        primary_need_code,
        secondary_need_code,
        start_date,
        end_date,
        delivery_id
    from census_spells

),

-- A child has one provision at a time. What begins on one day with something else: support before a plan, either
-- before none, so that a contradiction hides no need.
without_overlap as (

    {{ without_overlap(
        'spells',
        ['child_durable_key'],
        [
            "case provision_group when 'N' then 1 else 0 end",
            'provision_group desc',
            'end_date desc',
            'primary_need_code asc',
        ],
        ['child_durable_key', 'school_id', 'provision_group', 'primary_need_code', 'secondary_need_code', 'delivery_id'],
    ) }}

)

select * from without_overlap

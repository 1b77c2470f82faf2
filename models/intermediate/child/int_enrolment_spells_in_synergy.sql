{#- Spells at schools as Synergy has them, of the children its pupils are. -#}
with identities as (

    select * from {{ ref('int_child_identity') }}

),

pupils as (

    select * from {{ ref('stg_synergy__pupils') }}

),

enrolments as (

    select * from {{ ref('stg_synergy__enrolments') }}

),

pupil_children as (

    select
        pupils.pupil_id,
        min(identities.child_durable_key) as child_durable_key
    from pupils
    inner join identities on pupils.identity_id = identities.identity_id
    group by pupils.pupil_id

),

spells as (

    select
        enrolments.pupil_id,
        pupil_children.child_durable_key,
        enrolments.school_id,
        enrolments.enrol_status,
        enrolments.start_date,
        {{ end_exclusive('enrolments.last_date') }} as end_date,
        enrolments.nc_year,
        enrolments.extract_date as last_recorded_date,
        enrolments.delivery_id
    from enrolments
    inner join pupil_children on enrolments.pupil_id = pupil_children.pupil_id

)

select * from spells

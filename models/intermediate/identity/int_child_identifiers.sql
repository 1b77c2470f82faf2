{{ config(meta={"read_by": ["rights"]}) }}
{#- By what each child is known, and whoever sources without UPN alone know: all that leads to rows of a child when
    a family asks what is held, or has it erased. -#}
with identities as (

    select * from {{ ref('int_child_identity') }}

),

stated as (

    select * from {{ ref('int_identities') }}

),

upn_children as (

    select * from {{ ref('int_attendance_pupils') }}

),

pupils as (

    select * from {{ ref('stg_synergy__pupil_versions') }}

),

pairs as (

    select * from {{ ref('int_identity_links') }}

),

pair_sides as (

    select
        review_id,
        identity_id
    from pairs

    union all

    select
        review_id,
        other_identity_id as identity_id
    from pairs

),

of_people as (

    select * from {{ ref('int_person_identifiers') }}

),

described as (

    select
        identities.child_durable_key,
        identities.identity_id,
        identities.upn,
        stated.birth_date,
        stated.forenames,
        stated.surnames
    from identities
    inner join stated on identities.identity_id = stated.identity_id

),

forenames as (

    select
        child_durable_key,
        identity_id,
        birth_date,
        {{ unnest_array('forenames') }} as forename
    from described

),

surnames as (

    select
        identity_id,
        {{ unnest_array('surnames') }} as surname
    from described

),

of_children as (

    select
        child_durable_key,
        'key' as identifier_kind,
        child_durable_key as identifier
    from identities

    union all

    select
        child_durable_key,
        case event when 'merged' then 'merged_key' else 'split_key' end as identifier_kind,
        earlier_child_durable_key as identifier
    from {{ ref('int_child_identity_event') }}

    union all

    select
        child_durable_key,
        'identity' as identifier_kind,
        identity_id as identifier
    from identities

    union all

    select
        child_durable_key,
        'upn' as identifier_kind,
        upn as identifier
    from identities

    union all

    select
        child_durable_key,
        'upn_birth' as identifier_kind,
        upn || '|' || birth_date as identifier
    from described
    where upn is not null and birth_date is not null

    union all

    select
        child_durable_key,
        'upn_school' as identifier_kind,
        upn || '|' || school_id as identifier
    from upn_children
    where school_id is not null

    union all

    select
        child_durable_key,
        'uln' as identifier_kind,
        uln as identifier
    from {{ ref('int_learner_numbers') }}

    union all

    select
        identities.child_durable_key,
        'pupil' as identifier_kind,
        pupils.pupil_id as identifier
    from pupils
    inner join identities on pupils.identity_id = identities.identity_id

    union all

    select
        identities.child_durable_key,
        'review' as identifier_kind,
        pair_sides.review_id as identifier
    from pair_sides
    inner join identities on pair_sides.identity_id = identities.identity_id

    union all

    -- every forename with every surname: files are late to learn that one of them changed
    select
        forenames.child_durable_key,
        'name' as identifier_kind,
        forenames.forename || surnames.surname || '|' || forenames.birth_date as identifier
    from forenames
    inner join surnames on forenames.identity_id = surnames.identity_id
    where forenames.birth_date is not null

)

select
    child_durable_key,
    cast(null as string) as source,
    cast(null as string) as person_id,
    identifier_kind,
    identifier
from of_children
where identifier is not null

union

select
    child_durable_key,
    source,
    person_id,
    identifier_kind,
    identifier
from of_people

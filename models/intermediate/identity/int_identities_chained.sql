{#- Identities that links join to others, and why their chain is not believed: it would join two birth dates, two of
    whom a reviewer said that they are not one, or a child on roll twice as main registration on one day. -#}
with pairs as (

    select * from {{ ref('int_identity_pairs') }}

),

identities as (

    select * from {{ ref('int_identities') }}

),

returns as (

    select * from {{ ref('stg_school_census__pupils') }}

),

statuses as (

    select * from {{ ref('ref_enrol_status') }}

),

accepted_pairs as (

    select
        identity_id,
        other_identity_id,
        decision is null as is_unreviewed
    from pairs
    where
        coalesce(decision = 'accept', false)
        or (decision is null and is_standing and review_reason is null)

),

edges as (

    select
        identity_id,
        other_identity_id,
        is_unreviewed
    from accepted_pairs

    union all

    select
        other_identity_id as identity_id,
        identity_id as other_identity_id,
        is_unreviewed
    from accepted_pairs

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

-- What a reviewer accepted may join two birth dates: only what was joined unseen is held against itself.
unreviewed_edges as (

    select * from edges
    where is_unreviewed

),

unreviewed_connected as (

    {{ reachable('unreviewed_edges', 'identity_id', 'other_identity_id') }}

),

unreviewed_components as (

    select
        identity_id,
        min(other_identity_id) as component_id
    from unreviewed_connected
    group by identity_id

),

-- A corrected birth date stays within a UPN: its holder has two, and agrees with whoever has either.
member_birth_dates as (

    select
        unreviewed_components.component_id,
        identities.upn,
        {{ distinct_in_order('identities.birth_date') }} as birth_dates
    from unreviewed_components
    inner join identities on unreviewed_components.identity_id = identities.identity_id
    where identities.birth_date is not null
    group by unreviewed_components.component_id, identities.upn

),

-- Two of whom a reviewer said that they are not one child, joined by a third.
rejected_inside as (

    select distinct components.component_id
    from pairs
    inner join components on pairs.identity_id = components.identity_id
    inner join components as others
        on pairs.other_identity_id = others.identity_id and components.component_id = others.component_id
    where pairs.decision = 'reject'

),

two_birth_dates as (

    select distinct member_birth_dates.component_id
    from member_birth_dates
    inner join member_birth_dates as others
        on
            member_birth_dates.component_id = others.component_id
            and member_birth_dates.upn < others.upn
            and not {{ arrays_overlap('member_birth_dates.birth_dates', 'others.birth_dates') }}

),

main_registrations as (

    select distinct
        components.component_id,
        components.identity_id,
        identities.forenames,
        returns.school_id,
        returns.reference_date
    from components
    inner join identities on components.identity_id = identities.identity_id
    inner join returns on components.identity_id = returns.identity_id
    inner join statuses on returns.enrol_status = statuses.enrol_status
    where statuses.is_main and returns.roll = 'on'

),

two_main_registrations as (

    select distinct main_registrations.component_id
    from main_registrations
    inner join main_registrations as others
        on
            main_registrations.component_id = others.component_id
            and main_registrations.reference_date = others.reference_date
            and (
                main_registrations.school_id <> others.school_id
                or not {{ arrays_overlap('main_registrations.forenames', 'others.forenames') }}
            )
            and main_registrations.identity_id <> others.identity_id

),

chained as (

    select
        components.identity_id,
        case
            when rejected_inside.component_id is not null then 'chain_joins_rejected_pair'
            when two_birth_dates.component_id is not null then 'chain_joins_two_birth_dates'
            when two_main_registrations.component_id is not null then 'two_main_registrations_on_one_day'
        end as review_reason
    from components
    left join unreviewed_components on components.identity_id = unreviewed_components.identity_id
    left join rejected_inside on components.component_id = rejected_inside.component_id
    left join two_birth_dates on unreviewed_components.component_id = two_birth_dates.component_id
    left join two_main_registrations on components.component_id = two_main_registrations.component_id

)

select * from chained

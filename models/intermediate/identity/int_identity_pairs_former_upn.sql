{#- Identities of which one is said to have had the other's UPN before, with what speaks against it. -#}
with identities as (

    select * from {{ ref('int_identities') }}

),

pupils as (

    select * from {{ ref('stg_synergy__pupil_versions') }}

),

census_former_upns as (

    select * from {{ ref('stg_school_census__former_upns') }}

),

former_upns as (

    select
        identity_id,
        former_upn,
        cast(null as string) as school_id,
        is_standing,
        first_extract_date as stated_date,
        delivery_id
    from pupils
    where former_upn is not null

    union all

    select
        identity_id,
        former_upn,
        school_id,
        is_in_force as is_standing,
        reference_date as stated_date,
        delivery_id
    from census_former_upns

),

former_upn_pairs as (

    select
        former_upns.identity_id,
        formers.identity_id as other_identity_id,
        former_upns.former_upn,
        formers.is_temporary and (formers.school_id is distinct from former_upns.school_id) as is_other_school,
        coalesce(identities.birth_date <> formers.birth_date, false) as is_other_birth_date,
        identities.birth_date is null or formers.birth_date is null as is_birth_date_unknown,
        {{ arrays_overlap('identities.forenames', 'formers.forenames') }} as is_forename_alike,
        former_upns.is_standing,
        former_upns.stated_date,
        former_upns.delivery_id
    from former_upns
    inner join identities on former_upns.identity_id = identities.identity_id
    inner join identities as formers
        on former_upns.former_upn = formers.upn and former_upns.identity_id <> formers.identity_id

),

former_upn_judged as (

    select
        identity_id,
        other_identity_id,
        former_upn,
        case
            when is_other_school and (is_other_birth_date or not is_forename_alike)
                then 'temporary_upn_of_another_school'
            when is_other_birth_date then 'birth_dates_differ'
            when is_birth_date_unknown and not is_forename_alike then 'birth_date_unknown'
        end as review_reason,
        is_standing,
        stated_date,
        delivery_id
    from former_upn_pairs

),

-- Where the child meant is plain, the others who had the UPN are not asked about.
former_upn as (

    select
        identity_id,
        other_identity_id,
        'former_upn' as link_method,
        review_reason,
        is_standing,
        stated_date,
        delivery_id
    from former_upn_judged
    qualify review_reason is null or count(*) filter (where review_reason is null) over (
        partition by identity_id, former_upn
    ) = 0

)

select distinct * from former_upn

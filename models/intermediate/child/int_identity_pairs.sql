{#- What the sources say joins two identities, each with what speaks against it on the face of the two. -#}
with identities as (

    select * from {{ ref('int_identities') }}

),

pupils as (

    select * from {{ ref('stg_synergy__pupil_versions') }}

),

returns as (

    select * from {{ ref('stg_school_census__pupils') }}

),

census_former_upns as (

    select * from {{ ref('stg_school_census__former_upns') }}

),

upns_with_identities as (

    select
        upn,
        count(distinct birth_date) as birth_dates_count
    from identities
    where upn is not null
    group by upn
    -- A UPN of many birth dates was put in for want of one: it says nothing of who its bearers are.
    having count(*) > 1 and count(distinct birth_date) <= {{ var('placeholder_upn_birth_dates') }}

),

identities_of_one_upn as (

    select
        identities.identity_id,
        others.identity_id as other_identity_id,
        (identities.school_id is distinct from others.school_id) as is_other_school,
        upns_with_identities.birth_dates_count > 1
        and (identities.birth_date is distinct from others.birth_date) as is_other_birth_date,
        {{ arrays_overlap('identities.forenames', 'others.forenames') }} as is_forename_alike,
        {{ arrays_overlap('identities.surnames', 'others.surnames') }} as is_surname_alike,
        greatest(identities.first_seen_date, others.first_seen_date) as stated_date,
        greatest(identities.delivery_id, others.delivery_id) as delivery_id
    from identities
    inner join identities as others
        on identities.upn = others.upn and identities.identity_id < others.identity_id
    inner join upns_with_identities on identities.upn = upns_with_identities.upn

),

same_upn as (

    select
        identity_id,
        other_identity_id,
        'same_upn' as link_method,
        case
            -- Schools number temporary UPNs as they please: outside the school one proves nothing by itself.
            when is_other_school and (is_other_birth_date or not is_forename_alike or not is_surname_alike)
                then 'temporary_upn_of_two_schools'
            when is_other_birth_date and not (is_forename_alike and is_surname_alike) then 'upn_of_two_children'
        end as review_reason,
        true as is_standing,
        stated_date,
        delivery_id
    from identities_of_one_upn

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

),

-- one record of Synergy under two UPNs, side by side or one after the other
same_pupil as (

    select
        pupils.identity_id,
        others.identity_id as other_identity_id,
        'synergy_pupil_id' as link_method,
        case
            when
                identities.birth_date <> other_identities.birth_date
                and not {{ arrays_overlap('identities.forenames', 'other_identities.forenames') }}
                then 'birth_dates_differ'
        end as review_reason,
        pupils.is_standing and others.is_standing as is_standing,
        greatest(pupils.first_extract_date, others.first_extract_date) as stated_date,
        greatest(pupils.delivery_id, others.delivery_id) as delivery_id
    from pupils
    inner join pupils as others
        on pupils.pupil_id = others.pupil_id and pupils.identity_id < others.identity_id
    inner join identities on pupils.identity_id = identities.identity_id
    inner join identities as other_identities on others.identity_id = other_identities.identity_id

),

homes as (

    select * from {{ ref('int_return_homes') }}

),

descriptions as (

    select
        identity_id,
        upn,
        forename,
        surname,
        birth_date,
        postcode,
        first_extract_date as seen_date,
        delivery_id
    from pupils
    where is_standing

    union all

    select
        returns.identity_id,
        returns.upn,
        returns.forename,
        returns.surname,
        returns.birth_date,
        homes.postcode,
        returns.reference_date as seen_date,
        returns.delivery_id
    from returns
    left join homes
        on
            returns.census_year = homes.census_year
            and returns.census_term = homes.census_term
            and returns.school_id = homes.school_id
            and returns.roll = homes.roll
            and returns.pupil_return_id = homes.pupil_return_id

),

descriptions_shared as (

    select
        upper(forename) as forename,
        upper(surname) as surname,
        birth_date,
        postcode
    from descriptions
    where forename is not null and surname is not null and birth_date is not null and postcode is not null
    group by upper(forename), upper(surname), birth_date, postcode
    having count(distinct coalesce(upn, identity_id)) > 1

),

-- Nobody said so, but name, birth date and postcode are the same.
described as (

    select
        descriptions.identity_id,
        descriptions.upn,
        shared.forename,
        shared.surname,
        shared.birth_date,
        shared.postcode,
        min(descriptions.seen_date) as seen_date,
        min(descriptions.delivery_id) as delivery_id
    from descriptions
    inner join descriptions_shared as shared
        on
            upper(descriptions.forename) = shared.forename
            and upper(descriptions.surname) = shared.surname
            and descriptions.birth_date = shared.birth_date
            and descriptions.postcode = shared.postcode
    group by all

),

same_description as (

    select
        described.identity_id,
        others.identity_id as other_identity_id,
        'name_birth_date_postcode' as link_method,
        cast(null as string) as review_reason,
        true as is_standing,
        greatest(described.seen_date, others.seen_date) as stated_date,
        greatest(described.delivery_id, others.delivery_id) as delivery_id
    from described
    inner join described as others
        on
            described.forename = others.forename
            and described.surname = others.surname
            and described.birth_date = others.birth_date
            and described.postcode = others.postcode
            and described.identity_id < others.identity_id
            and described.upn is distinct from others.upn

),

evidence as (

    select * from same_upn

    union all

    select * from former_upn

    union all

    select * from same_pupil

    union all

    select * from same_description

),

-- What stands goes before what was taken back, what nothing speaks against before what something does.
pairs as (

    select
        least(identity_id, other_identity_id) as identity_id,
        greatest(identity_id, other_identity_id) as other_identity_id,
        link_method,
        review_reason,
        is_standing,
        min(stated_date) over (
            partition by least(identity_id, other_identity_id), greatest(identity_id, other_identity_id)
        ) as stated_date,
        delivery_id
    from evidence
    qualify row_number() over (
        partition by least(identity_id, other_identity_id), greatest(identity_id, other_identity_id)
        order by
            is_standing desc,
            review_reason is not null,
            link_method = 'name_birth_date_postcode',
            stated_date asc,
            link_method asc,
            delivery_id asc
    ) = 1

)

select * from pairs

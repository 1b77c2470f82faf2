{#- Identities under one UPN, each pair with what speaks against it. -#}
with identities as (

    select * from {{ ref('int_identities') }}

),

upns_with_identities as (

    select
        upn,
        count(distinct birth_date) as birth_dates_count,
        count(distinct school_id) as schools_count
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
        -- Synergy says a temporary UPN of no school, and what is entered about a child names nobody: with the same
        -- birth date, and no second school that has the UPN, they are of one child.
        (identities.school_id is distinct from others.school_id)
        and not coalesce(
            upns_with_identities.schools_count = 1
            and identities.birth_date = others.birth_date
            and (identities.forenames is null or others.forenames is null),
            false
        ) as is_other_school,
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

)

select * from same_upn

{#- Identities under which one record of Synergy stood, side by side or one after the other. -#}
with identities as (

    select * from {{ ref('int_identities') }}

),

pupils as (

    select * from {{ ref('stg_synergy__pupil_versions') }}

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

)

select distinct * from same_pupil

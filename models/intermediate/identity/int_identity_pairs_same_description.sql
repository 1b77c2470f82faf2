{#- Identities that nobody joined, but name, birth date and postcode are the same. -#}
with pupils as (

    select * from {{ ref('stg_synergy__pupil_versions') }}

),

returns as (

    select * from {{ ref('stg_school_census__pupils') }}

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

)

select distinct * from same_description

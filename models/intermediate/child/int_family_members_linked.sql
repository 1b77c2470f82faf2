{#- Family Matters knows no UPN: a member is the child whose name, birth date and postcode were ever recorded
    just so. -#}
with members as (

    select * from {{ ref('stg_family_matters__members') }}

),

households as (

    select * from {{ ref('stg_family_matters__households') }}

),

identities as (

    select * from {{ ref('int_child_identity') }}

),

pupils as (

    select * from {{ ref('stg_synergy__pupils') }}

),

returns as (

    select * from {{ ref('int_pupil_returns') }}

),

known_persons as (

    select
        identities.child_durable_key,
        pupils.surname,
        pupils.forename,
        pupils.birth_date,
        pupils.postcode
    from pupils
    inner join identities on pupils.upn = identities.upn

    union

    select
        child_durable_key,
        surname,
        forename,
        birth_date,
        postcode
    from returns

),

member_birth_dates as (

    select distinct birth_date
    from members
    where birth_date is not null

),

-- Adults have birth dates that no pupil has: names are cleaned only where a birth date can match.
children_by_key as (

    select distinct
        child_durable_key,
        {{ clean_name('surname') }} as surname,
        {{ clean_name('forename') }} as forename,
        birth_date,
        postcode
    from known_persons
    where birth_date in (select birth_date from member_birth_dates)

),

member_postcodes as (

    select distinct
        members.household_id,
        members.member_id,
        {{ clean_name('members.surname') }} as surname,
        {{ clean_name('members.forename') }} as forename,
        members.birth_date,
        households.postcode
    from members
    inner join households on members.household_id = households.household_id

),

matches as (

    select
        member_postcodes.household_id,
        member_postcodes.member_id,
        min(children_by_key.child_durable_key) as child_durable_key,
        count(distinct children_by_key.child_durable_key) as children_count
    from member_postcodes
    inner join children_by_key
        on
            member_postcodes.surname = children_by_key.surname
            and member_postcodes.forename = children_by_key.forename
            and member_postcodes.birth_date = children_by_key.birth_date
            and member_postcodes.postcode = children_by_key.postcode
    group by member_postcodes.household_id, member_postcodes.member_id

),

-- A member listed twice is one member.
listed as (

    select
        household_id,
        member_id,
        min(delivery_id) as delivery_id
    from members
    group by household_id, member_id

),

linked as (

    select
        listed.household_id,
        listed.member_id,
        case when matches.children_count = 1 then matches.child_durable_key end as child_durable_key,
        case
            when matches.children_count = 1 then 'exact_name_birth_date_postcode'
            when matches.children_count > 1 then 'ambiguous'
            else 'unmatched'
        end as link_method,
        case when matches.children_count = 1 then cast(1 as decimal(9, 4)) end as link_probability,
        listed.delivery_id
    from listed
    left join matches
        on listed.household_id = matches.household_id and listed.member_id = matches.member_id

)

select * from linked

{#- Members as linkage reads people: see linkage_sources in dbt_project.yml. -#}
with members as (

    select * from {{ source('family_matters', 'members') }}
    where {{ in_force('family_matters', 'members') }}

),

households as (

    select * from {{ source('family_matters', 'households') }}
    where {{ in_force('family_matters', 'households') }}

),

sexes as (

    select * from {{ ref('ref_sex') }}

),

-- A household is known from its first programme on. Its address may be that of any day since: a closed case may have
-- been kept up to date or not.
household_periods as (

    select
        {{ clean_text('household_id') }} as household_id,
        max({{ clean_text('address_line') }}) as address_line,
        max({{ clean_postcode('postcode') }}) as postcode,
        min({{ parse_date('start_date') }}) as known_from_date
    from households
    group by {{ clean_text('household_id') }}

),

renamed as (

    select
        -- ids
        {{ clean_text('members.household_id') }} || '/' || {{ clean_text('members.member_id') }} as person_id,
        {{ clean_text('members.household_id') }} as household_id,

        -- text
        {{ clean_text('members.surname') }} as surname,
        {{ clean_text('members.forename') }} as forename,
        sexes.sex,
        household_periods.address_line,
        household_periods.postcode,

        -- dates
        {{ parse_date('members.birth_date') }} as birth_date,
        coalesce(household_periods.known_from_date, members._extract_date) as known_from_date,
        {{ end_of_time() }} as known_to_date,

        -- delivery
        members._delivery_id as delivery_id,
        members._extract_date as extract_date
    from members
    left join household_periods on {{ clean_text('members.household_id') }} = household_periods.household_id
    left join sexes on {{ clean_text('members.sex') }} = sexes.sex_code
    -- a member listed twice under one reference is one member
    qualify row_number() over (
        partition by {{ clean_text('members.household_id') }}, {{ clean_text('members.member_id') }}
        order by members._delivery_id, members._row_number
    ) = 1

)

select * from renamed

{#- People as linkage reads them: see linkage_sources in dbt_project.yml. -#}
with people as (

    select * from {{ source('front_door', 'people') }}
    where {{ in_force('front_door', 'people') }}

),

events as (

    select
        {{ clean_text('person_id') }} as person_id,
        min({{ parse_date('received_date') }}) as first_received_date
    from {{ source('front_door', 'events') }}
    where {{ in_force('front_door', 'events') }}
    group by {{ clean_text('person_id') }}

),

sexes as (

    select * from {{ ref('ref_sex') }}

),

renamed as (

    select
        -- ids
        {{ clean_text('people.person_id') }} as person_id,
        {{ clean_text('people.household_id') }} as household_id,

        -- text
        {{ clean_text('people.surname') }} as surname,
        {{ clean_text('people.forename') }} as forename,
        sexes.sex,
        {{ clean_text('people.address_line') }} as address_line,
        {{ clean_postcode('people.postcode') }} as postcode,

        -- dates
        {{ parse_date('people.birth_date') }} as birth_date,
        coalesce(events.first_received_date, people._extract_date) as known_from_date,
        {{ end_of_time() }} as known_to_date,

        -- delivery
        people._delivery_id as delivery_id,
        people._extract_date as extract_date
    from people
    left join events on {{ clean_text('people.person_id') }} = events.person_id
    left join sexes on {{ clean_text('people.sex') }} = sexes.sex_code
    -- a person listed twice under one reference is one person
    qualify row_number() over (
        partition by {{ clean_text('people.person_id') }} order by people._delivery_id, people._row_number
    ) = 1

)

select * from renamed

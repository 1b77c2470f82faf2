with source as (

    select * from {{ source('family_matters', 'members') }}
    where {{ in_force('family_matters', 'members') }}

),

sexes as (

    select * from {{ ref('ref_sex') }}

),

renamed as (

    select
        -- ids
        {{ clean_text('source.household_id') }} as household_id,
        {{ clean_text('source.member_id') }} as member_id,

        -- text
        {{ clean_text('source.surname') }} as surname,
        {{ clean_text('source.forename') }} as forename,
        sexes.sex,
        {{ clean_text('source.relationship') }} as relationship,

        -- dates
        {{ parse_date('source.birth_date') }} as birth_date,

        -- delivery
        source._delivery_id as delivery_id,
        source._extract_date as extract_date,
        source._row_number as row_number_in_file
    from source
    left join sexes on {{ clean_text('source.sex') }} = sexes.sex_code

)

select * from renamed

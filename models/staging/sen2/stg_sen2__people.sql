with source as (

    select * from {{ source('sen2', 'people') }}
    where {{ in_force('sen2', 'people') }}

),

renamed as (

    select
        -- ids
        {{ clean_text('person_id') }} as person_id,
        {{ clean_upn('upn') }} as upn,
        {{ clean_text('uln') }} as uln,
        {{ identity_id(clean_upn('upn'), parse_date('birth_date'), 'cast(null as string)') }} as identity_id,

        -- text
        {{ clean_text('surname') }} as surname,
        {{ clean_text('forename') }} as forename,

        -- dates
        {{ parse_date('export_date') }} as export_date,
        {{ parse_date('birth_date') }} as birth_date,

        -- delivery
        _delivery_id as delivery_id
    from source

)

select * from renamed

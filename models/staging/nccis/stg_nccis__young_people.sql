with source as (

    select * from {{ source('nccis', 'young_people') }}
    where {{ in_force('nccis', 'young_people') }}

),

renamed as (

    select
        -- ids
        {{ clean_text('record_id') }} as record_id,
        {{ clean_text('database_id') }} as database_id,
        {{ clean_text('person_id') }} as person_id,
        {{ clean_upn('upn') }} as upn,
        {{ clean_text('uln') }} as uln,
        {{ identity_id(clean_upn('upn'), parse_date('birth_date'), 'cast(null as string)') }} as identity_id,

        -- text
        {{ clean_code('cohort_status') }} as cohort_code,
        {{ clean_text('surname') }} as surname,
        {{ clean_text('forename') }} as forename,
        -- W, a word of the return alone, is not known
        case {{ clean_code('sex') }} when 'F' then 'F' when 'M' then 'M' when 'U' then 'U' when 'W' then 'U' end as sex,
        {{ clean_text('address_line') }} as address_line,
        {{ clean_postcode('postcode') }} as postcode,
        {{ clean_code('intended_destination') }} as destination_code,

        -- booleans
        {{ parse_boolean('is_send') }} as is_send,

        -- dates
        {{ parse_date('birth_date') }} as birth_date,

        -- delivery
        _delivery_id as delivery_id,
        _extract_date as period_end_date
    from source

)

select * from renamed

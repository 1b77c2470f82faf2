with source as (

    select * from {{ source('concerns', 'concerns') }}
    where {{ in_force('concerns', 'concerns') }}

),

renamed as (

    select
        -- ids
        {{ clean_text('concern_ref') }} as concern_ref,
        {{ clean_upn('upn') }} as upn,
        {{ identity_id(clean_upn('upn'), parse_date('birth_date'), clean_school_id('school_id')) }} as identity_id,
        {{ clean_school_id('school_id') }} as school_id,

        -- text
        {{ concern_category_form('category') }} as category_form,
        lower({{ clean_text('level_code') }}) as level_code,
        lower({{ clean_text('status_code') }}) as status_code,

        -- booleans
        {{ clean_text('external_agency') }} is not null or {{ parse_date('referred_date') }} is not null as is_referred,

        -- dates
        {{ parse_date('raised_date') }} as raised_date,
        {{ parse_date('referred_date') }} as referred_date,
        {{ parse_date('closed_date') }} as closed_date,

        -- delivery
        _delivery_id as delivery_id,
        _extract_date as extract_date,
        _row_number as row_number_in_file
    from source

)

select * from renamed

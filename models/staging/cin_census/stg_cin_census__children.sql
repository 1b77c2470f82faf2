with source as (

    select * from {{ source('cin_census', 'children') }}
    where {{ in_force('cin_census', 'children') }}

),

renamed as (

    select
        -- ids
        {{ clean_text('record_id') }} as record_id,
        {{ clean_text('la_code') }} as la_code,
        {{ clean_text('child_ref') }} as child_ref,
        {{ clean_upn('upn') }} as upn,
        {{ clean_upn('former_upn') }} as former_upn,
        {{ identity_id(clean_upn('upn'), parse_date('birth_date'), 'cast(null as string)') }} as identity_id,
        {{ identity_id(clean_upn('former_upn'), parse_date('birth_date'), 'cast(null as string)') }}
            as former_identity_id,

        -- text
        {{ clean_code('upn_unknown') }} as upn_unknown_code,

        -- delivery
        _delivery_id as delivery_id,
        _extract_date as reference_date
    from source

)

select * from renamed

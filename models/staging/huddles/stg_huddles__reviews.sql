{#- A review names no school: the huddle's tells two temporary UPNs apart. -#}
with source as (

    select * from {{ source('huddles', 'reviews') }}
    where {{ in_force('huddles', 'reviews') }}

),

huddles as (

    select
        {{ clean_text('huddle_id') }} as huddle_id,
        max({{ clean_school_id('school_id') }}) as school_id,
        max({{ parse_date('huddle_date') }}) as huddle_date
    from {{ source('huddles', 'huddles') }}
    where {{ in_force('huddles', 'huddles') }}
    group by {{ clean_text('huddle_id') }}

),

renamed as (

    select
        -- ids
        {{ clean_text('source.huddle_id') }} as huddle_id,
        {{ clean_upn('source.upn') }} as upn,
        {{ identity_id(clean_upn('source.upn'), parse_date('source.birth_date'), 'huddles.school_id') }} as identity_id,
        huddles.school_id,
        {{ clean_text('source.response_id') }} as response_id,

        -- text
        lower({{ clean_text('source.decision_code') }}) as decision_code,

        -- dates
        {{ parse_date('source.birth_date') }} as birth_date,
        huddles.huddle_date,

        -- delivery
        source._delivery_id as delivery_id,
        source._extract_date as extract_date,
        source._row_number as row_number_in_file
    from source
    left join huddles on {{ clean_text('source.huddle_id') }} = huddles.huddle_id

)

select * from renamed

with source as (

    select * from {{ source('huddles', 'huddles') }}
    where {{ in_force('huddles', 'huddles') }}

),

renamed as (

    select
        -- ids
        {{ clean_text('huddle_id') }} as huddle_id,
        {{ clean_school_id('school_id') }} as school_id,

        -- text
        lower({{ clean_text('state') }}) as huddle_state,

        -- dates
        {{ parse_date('huddle_date') }} as huddle_date,

        -- delivery
        _delivery_id as delivery_id,
        _extract_date as extract_date,
        _row_number as row_number_in_file
    from source

)

select * from renamed

with source as (

    select * from {{ source('dashboard', 'huddle_events') }}
    where {{ in_force('dashboard', 'huddle_events') }}

),

renamed as (

    select
        -- ids
        {{ clean_text('event_id') }} as event_id,
        {{ clean_text('huddle_id') }} as huddle_id,
        {{ clean_school_id('school_id') }} as school_id,
        {{ clean_text('recorded_by') }} as recorded_by,

        -- text
        {{ clean_text('event_kind') }} as event_kind,
        {{ clean_text('agency_codes') }} as agency_codes,

        -- numbers
        {{ parse_count('places') }} as places,

        -- dates
        {{ parse_date('event_date') }} as event_date,
        {{ parse_date('huddle_date') }} as huddle_date,
        {{ parse_timestamp('recorded_at') }} as recorded_at,

        -- delivery
        _delivery_id as delivery_id,
        _extract_date as extract_date,
        _row_number as row_number_in_file
    from source

)

select * from renamed

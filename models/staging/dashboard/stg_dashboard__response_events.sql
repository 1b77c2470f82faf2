with source as (

    select * from {{ source('dashboard', 'response_events') }}
    where {{ in_force('dashboard', 'response_events') }}

),

renamed as (

    select
        -- ids
        {{ clean_text('event_id') }} as event_id,
        {{ clean_text('response_id') }} as response_id,
        {{ clean_text('corrects_event_id') }} as corrects_event_id,
        {{ clean_upn('upn') }} as upn,
        {{ identity_id(clean_upn('upn'), parse_date('birth_date'), upn_school_id()) }} as identity_id,
        {{ upn_school_id() }} as upn_school_id,
        {{ clean_school_id('school_id') }} as school_id,
        {{ clean_text('recorded_by') }} as recorded_by,
        {{ clean_text('lead_user_key') }} as lead_user_key,

        -- text
        {{ clean_text('event_kind') }} as event_kind,
        {{ clean_text('response_code') }} as response_code,
        {{ clean_text('status_code') }} as status_code,
        {{ clean_text('current_progress') }} as current_progress,
        {{ clean_text('overall_progress') }} as overall_progress,
        {{ clean_text('agency_code') }} as agency_code,

        -- dates
        {{ parse_date('birth_date') }} as birth_date,
        {{ parse_date('event_date') }} as event_date,
        {{ parse_timestamp('recorded_at') }} as recorded_at,
        {{ parse_date('review_due_date') }} as review_due_date,

        -- delivery
        _delivery_id as delivery_id,
        _extract_date as extract_date,
        _row_number as row_number_in_file
    from source

)

select * from renamed

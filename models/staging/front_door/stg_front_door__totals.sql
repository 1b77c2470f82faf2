with source as (

    select * from {{ source('front_door', 'totals') }}
    where {{ in_force('front_door', 'totals') }}

),

renamed as (

    select
        -- text
        lower({{ clean_text('event_kind') }}) as event_kind,

        -- numbers
        {{ parse_count('event_count') }} as event_count,

        -- dates
        cast(date_trunc('month', {{ parse_date('month') }}) as date) as month_date,

        -- delivery
        _delivery_id as delivery_id,
        _extract_date as extract_date,
        _row_number as row_number_in_file
    from source

)

select * from renamed

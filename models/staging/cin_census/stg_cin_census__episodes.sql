with source as (

    select * from {{ source('cin_census', 'episodes') }}
    where {{ in_force('cin_census', 'episodes') }}

),

renamed as (

    select
        -- ids
        {{ clean_text('record_id') }} as record_id,

        -- text
        {{ clean_code('closure_reason') }} as closure_reason_code,

        -- booleans
        coalesce({{ parse_boolean('is_no_further_action') }}, false) as is_no_further_action,

        -- dates
        {{ parse_date('referral_date') }} as referral_date,
        {{ parse_date('closure_date') }} as closure_date,

        -- delivery
        _delivery_id as delivery_id,
        _extract_date as reference_date
    from source

)

select * from renamed

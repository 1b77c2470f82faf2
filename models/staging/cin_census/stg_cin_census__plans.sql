with source as (

    select * from {{ source('cin_census', 'plans') }}
    where {{ in_force('cin_census', 'plans') }}

),

renamed as (

    select
        -- ids
        {{ clean_text('record_id') }} as record_id,

        -- dates
        {{ parse_date('start_date') }} as start_date,
        {{ parse_date('end_date') }} as end_date,

        -- delivery
        _delivery_id as delivery_id,
        _extract_date as reference_date
    from source

)

select * from renamed

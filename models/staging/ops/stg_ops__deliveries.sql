with source as (

    select * from {{ source('ops', 'delivery') }}

),

in_force as (

    select distinct delivery_id from {{ source('ops', 'delivery_in_force') }}

),

renamed as (

    select
        -- ids
        source.delivery_id,
        source.run_id,

        -- text
        source.source,
        source.contract,
        source.file_name,
        source.sha256,
        source.scope,
        source.period,
        source.part,
        source.identifier_scheme,
        source.status,
        source.reason_code,

        -- numbers
        source.bytes,
        source.rows_read,
        source.rows_accepted,
        source.rows_rejected,
        source.sequence,

        -- booleans
        in_force.delivery_id is not null as is_in_force,

        -- dates and times
        source.extract_date,
        source.covers_from_date,
        source.covers_to_date,
        source.received_at
    from source
    left join in_force on source.delivery_id = in_force.delivery_id

)

select * from renamed

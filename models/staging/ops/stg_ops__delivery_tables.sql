with source as (

    select * from {{ source('ops', 'delivery_table') }}

),

deliveries as (

    select * from {{ source('ops', 'delivery') }}

),

in_force as (

    select distinct
        delivery_id,
        table_name
    from {{ source('ops', 'delivery_in_force') }}

),

renamed as (

    select
        -- ids
        source.delivery_id,
        source.table_name,

        -- text
        deliveries.source,
        deliveries.scope,
        deliveries.period,
        deliveries.part,

        -- numbers
        source.rows_read,
        source.rows_accepted,
        source.rows_rejected,
        deliveries.sequence,

        -- booleans
        in_force.delivery_id is not null as is_in_force,

        -- dates
        deliveries.extract_date
    from source
    inner join deliveries on source.delivery_id = deliveries.delivery_id
    left join in_force
        on source.delivery_id = in_force.delivery_id and source.table_name = in_force.table_name

)

select * from renamed

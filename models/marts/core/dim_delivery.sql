with deliveries as (

    select * from {{ ref('int_deliveries') }}

),

keyed as (

    select
        {{ key_or_unknown('delivery_id') }} as delivery_key,
        delivery_id,
        source,
        contract,
        file_name,
        sha256,
        scope as school_id,
        period,
        status,
        is_in_force,
        reason_code,
        rows_read,
        rows_accepted,
        rows_rejected,
        received_at,
        extract_date,
        covers_from_date,
        covers_to_date
    from deliveries

    union all

    select
        {{ unknown_key() }} as delivery_key,
        {{ unknown_key() }} as delivery_id,
        {{ unknown_key() }} as source,
        null as contract,
        null as file_name,
        null as sha256,
        null as school_id,
        null as period,
        null as status,
        false as is_in_force,
        null as reason_code,
        null as rows_read,
        null as rows_accepted,
        null as rows_rejected,
        null as received_at,
        null as extract_date,
        null as covers_from_date,
        null as covers_to_date

)

select * from keyed

{{ config(materialized=kept_where_rows_can_be_replaced(), incremental_strategy="append", on_schema_change="fail") }}
{#- The days of each school that each delivery of daily marks holds. A delivery never changes, so only those that are
    not here yet are looked at. -#}
with marks as (

    select * from {{ ref('stg_attendance_daily__marks') }}
    {% if is_incremental() %}
        where delivery_id not in (select held.delivery_id from {{ this }} as held)
    {% endif %}

),

deliveries as (

    select * from {{ ref('stg_ops__deliveries') }}

),

days as (

    select
        school_id,
        attendance_date,
        delivery_id,
        extract_date,
        count(*) as pupils_count
    from marks
    group by school_id, attendance_date, delivery_id, extract_date

),

numbered as (

    select
        days.school_id,
        days.attendance_date,
        days.delivery_id,
        days.extract_date,
        deliveries.sequence,
        days.pupils_count
    from days
    inner join deliveries on days.delivery_id = deliveries.delivery_id

)

select * from numbered

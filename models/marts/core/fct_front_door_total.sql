with totals as (

    select * from {{ ref('int_front_door_totals') }}

),

keyed as (

    select
        {{ surrogate_key(['totals.event_kind', 'totals.month_date']) }} as front_door_total_key,
        {{ or_unknown('deliveries.delivery_key') }} as delivery_key,
        {{ date_key('totals.month_date') }} as month_date_key,
        totals.event_kind,
        totals.event_count,
        totals.month_date
    from totals
    left join {{ ref('dim_delivery') }} as deliveries on totals.delivery_id = deliveries.delivery_id

)

select * from keyed

with totals as (

    select * from {{ ref('stg_front_door__totals') }}
    where month_date <= {{ as_of_date() }}
    -- a month stated twice is one
    qualify row_number() over (
        partition by event_kind, month_date order by delivery_id asc, row_number_in_file asc
    ) = 1

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

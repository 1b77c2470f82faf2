with totals as (

    select
        event_kind,
        month_date,
        event_count,
        delivery_id
    from {{ ref('stg_front_door__totals') }}
    where month_date <= {{ as_of_date() }}
    -- a month stated twice is one
    qualify row_number() over (
        partition by event_kind, month_date order by delivery_id asc, row_number_in_file asc
    ) = 1

)

select * from totals

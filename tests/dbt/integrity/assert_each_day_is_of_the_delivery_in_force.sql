-- What: of each day of each school the fact holds the delivery in force, once, and no day that none speaks of.
-- When it matters: always. The table grows by increments: a day left behind would show marks that were put right since.
-- How to resolve: build with `dbt build --full-refresh --select int_attendance_days_delivered+`, then find out what
-- moved a delivery without moving int_attendance_days_in_force.
with held as (

    select distinct
        days.school_id,
        days.attendance_date,
        deliveries.delivery_id
    from {{ ref('fct_attendance_day') }} as days
    inner join {{ ref('dim_delivery') }} as deliveries on days.delivery_key = deliveries.delivery_key

)

select
    coalesce(held.school_id, in_force.school_id) as school_id,
    coalesce(held.attendance_date, in_force.attendance_date) as attendance_date,
    held.delivery_id as held_delivery_id,
    in_force.delivery_id as delivery_id_in_force
from held
full join {{ ref('int_attendance_days_in_force') }} as in_force
    on
        held.school_id = in_force.school_id
        and held.attendance_date = in_force.attendance_date
        and held.delivery_id = in_force.delivery_id
where held.school_id is null or in_force.school_id is null

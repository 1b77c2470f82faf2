{#- Which delivery speaks for a day of a school: the newest that holds the day. It speaks for the whole day, so a pupil
    whom a correction leaves out is not marked. -#}
with delivered as (

    select * from {{ ref('int_attendance_days_delivered') }}

)

select
    school_id,
    attendance_date,
    delivery_id,
    extract_date,
    sequence,
    pupils_count
from delivered
qualify row_number() over (
    partition by school_id, attendance_date order by extract_date desc, sequence desc
) = 1

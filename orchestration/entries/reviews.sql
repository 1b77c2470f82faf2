-- What each huddle decided on each child, as the dashboard said last, in the case system's own columns; one row per
-- huddle and child. What was taken back is left out.
with said as (

    select * from entry
    where (line ->> 'event_kind') in ('decided', 'undecided')
    qualify row_number() over (partition by huddle_id, upn, birth_date order by event_id desc) = 1

)

select
    huddle_id,
    upn,
    birth_date,
    line ->> 'decision_code' as decision_code,
    response_id
from said
where (line ->> 'event_kind') = 'decided'
order by huddle_id, upn

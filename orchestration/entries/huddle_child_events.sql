-- What was said of children at huddles; one row for each, in the order in which it was recorded.
select
    event_id,
    huddle_id,
    upn,
    birth_date,
    upn_school,
    school_id,
    line ->> 'event_kind' as event_kind,
    line ->> 'event_date' as event_date,
    replace(line ->> 'recorded_at', 'T', ' ') as recorded_at,
    line ->> 'recorded_by' as recorded_by,
    line ->> 'decision_code' as decision_code,
    response_id,
    line ->> 'agency_code' as agency_code,
    line ->> 'due_date' as due_date
from entry
where (line ->> 'huddle_key') is not null and (line ->> 'child_durable_key') is not null
order by event_id

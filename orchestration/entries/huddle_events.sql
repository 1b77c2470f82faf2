-- What was said of huddles; one row for each, in the order in which it was recorded.
select
    event_id,
    huddle_id,
    school_id,
    line ->> 'event_kind' as event_kind,
    line ->> 'event_date' as event_date,
    replace(line ->> 'recorded_at', 'T', ' ') as recorded_at,
    line ->> 'recorded_by' as recorded_by,
    line ->> 'huddle_date' as huddle_date,
    line ->> 'places' as places,
    line ->> 'agency_codes' as agency_codes
from entry
where (line ->> 'huddle_key') is not null and (line ->> 'child_durable_key') is null
order by event_id

-- Events of responses, in the case system's own columns; one row per event, in the order in which they were recorded.
-- Where nobody is known by a child's key any more, or nothing by a response's, the column is empty.
with logged as (

    select response_event_key, event_id from intermediate.int_response_events_logged
    where event_source = 'case_system'

    union

    select response_event_key, event_id from entry

)

select
    entry.event_id,
    entry.response_id,
    entry.upn,
    entry.birth_date,
    entry.upn_school,
    entry.school_id,
    entry.line ->> 'event_kind' as event_kind,
    entry.line ->> 'event_date' as event_date,
    replace(entry.line ->> 'recorded_at', 'T', ' ') as recorded_at,
    entry.line ->> 'recorded_by' as recorded_by,
    entry.line ->> 'response_code' as response_code,
    entry.line ->> 'status_code' as status_code,
    entry.line ->> 'current_progress' as current_progress,
    entry.line ->> 'overall_progress' as overall_progress,
    entry.line ->> 'review_due_date' as review_due_date,
    entry.line ->> 'agency_code' as agency_code,
    entry.line ->> 'lead_user_key' as lead_user_key,
    -- what corrects an event that is known no more stands for itself
    coalesce(logged.event_id, entry.line ->> 'corrects_response_event_key') as corrects_event_id
from entry
left join logged on (entry.line ->> 'corrects_response_event_key') = logged.response_event_key
where entry.response_event_key is not null
order by entry.event_id

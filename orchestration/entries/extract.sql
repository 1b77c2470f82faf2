-- The journal's events in the case system's own columns: UPN and references in the place of keys. $entries is a JSON
-- array of its lines. One row per event, in the order in which they were recorded; where nobody is known by a child's
-- key any more, or nothing by a response's, the column is empty.
with entries as (

    select unnest(from_json(cast($entries as json), '["json"]')) as line

),

events as (

    select
        line ->> 'event_id' as event_id,
        line ->> 'response_event_key' as response_event_key,
        line ->> 'response_id' as response_id,
        line ->> 'response_key' as response_key,
        line ->> 'child_durable_key' as child_durable_key,
        line ->> 'school_id' as school_id,
        line ->> 'event_kind' as event_kind,
        line ->> 'event_date' as event_date,
        replace(line ->> 'recorded_at', 'T', ' ') as recorded_at,
        line ->> 'recorded_by' as recorded_by,
        line ->> 'response_code' as response_code,
        line ->> 'status_code' as status_code,
        line ->> 'current_progress' as current_progress,
        line ->> 'overall_progress' as overall_progress,
        line ->> 'review_due_date' as review_due_date,
        line ->> 'agency_code' as agency_code,
        line ->> 'lead_user_key' as lead_user_key,
        line ->> 'corrects_response_event_key' as corrects_response_event_key
    from entries

),

responses as (

    select response_key, response_id from intermediate.int_response_events_logged

    union

    select response_key, response_id from events
    where response_id is not null

),

logged as (

    select response_event_key, event_id from intermediate.int_response_events_logged
    where event_source = 'case_system'

    union

    select response_event_key, event_id from events

),

-- a release speaks of children by the keys of its day
todays_children as (

    select earlier_child_durable_key, any_value(child_durable_key) as child_durable_key
    from core.brg_earlier_child__child
    group by earlier_child_durable_key
    having count(distinct child_durable_key) = 1

),

identified as (

    select
        identities.child_durable_key,
        stated.upn,
        stated.birth_date,
        stated.school_id,
        stated.is_temporary,
        stated.rank_in_upn
    from intermediate.int_child_identity as identities
    inner join intermediate.int_identities as stated using (identity_id)
    where stated.upn is not null

)

select
    events.event_id,
    responses.response_id,
    identified.upn,
    cast(identified.birth_date as varchar) as birth_date,
    events.school_id,
    events.event_kind,
    events.event_date,
    events.recorded_at,
    events.recorded_by,
    events.response_code,
    events.status_code,
    events.current_progress,
    events.overall_progress,
    events.review_due_date,
    events.agency_code,
    events.lead_user_key,
    -- what corrects an event that is known no more stands for itself
    coalesce(logged.event_id, events.corrects_response_event_key) as corrects_event_id
from events
left join responses on events.response_key = responses.response_key
left join logged on events.corrects_response_event_key = logged.response_event_key
left join todays_children on events.child_durable_key = todays_children.earlier_child_durable_key
left join identified
    on coalesce(todays_children.child_durable_key, events.child_durable_key) = identified.child_durable_key
-- by a permanent UPN, else by the temporary one of the school where it was entered
qualify row_number() over (
    partition by events.event_id
    order by
        identified.is_temporary asc,
        identified.school_id is distinct from events.school_id asc,
        identified.rank_in_upn asc,
        identified.upn asc,
        identified.birth_date asc
) = 1
order by events.event_id

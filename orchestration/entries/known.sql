-- The journal's lines with what they are known by outside the warehouse: UPN and references in the place of keys.
-- $entries is a JSON array of its lines.
create or replace temp table entry as
with lines as (

    select unnest(from_json(cast($entries as json), '["json"]')) as line

),

entries as (

    select
        line ->> 'event_id' as event_id,
        line ->> 'child_durable_key' as child_durable_key,
        line ->> 'school_id' as school_id,
        line ->> 'response_id' as response_id,
        line ->> 'response_key' as response_key,
        line ->> 'response_event_key' as response_event_key,
        line ->> 'huddle_id' as huddle_id,
        line ->> 'huddle_key' as huddle_key,
        line
    from lines

),

responses as (

    select response_key, response_id from intermediate.int_response_events_logged

    union

    select response_key, response_id from entries
    where response_id is not null

),

huddles as (

    select huddle_key, huddle_id from intermediate.int_huddle_events_logged

    union

    select huddle_key, huddle_id from entries
    where huddle_id is not null

),

-- a release speaks of children by the keys of its day
todays_children as (

    /* TODAYS_CHILDREN of home/entries.py */

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
    entries.event_id,
    entries.response_event_key,
    entries.school_id,
    entries.line,
    responses.response_id,
    huddles.huddle_id,
    identified.upn,
    cast(identified.birth_date as varchar) as birth_date,
    case when identified.is_temporary then coalesce(identified.school_id, 'none') end as upn_school
from entries
left join responses on entries.response_key = responses.response_key
left join huddles on entries.huddle_key = huddles.huddle_key
left join todays_children on entries.child_durable_key = todays_children.earlier_child_durable_key
left join identified
    on coalesce(todays_children.child_durable_key, entries.child_durable_key) = identified.child_durable_key
-- by a permanent UPN, else by the temporary one of the school where it was entered
qualify row_number() over (
    partition by entries.event_id
    order by
        identified.is_temporary asc,
        identified.school_id is distinct from entries.school_id asc,
        identified.rank_in_upn asc,
        identified.upn asc,
        identified.birth_date asc
) = 1

{{ config(severity='warn') }}

-- What: what was entered on the dashboard is about a child whom the release knows.
-- When it matters: an entry that lost its child is seen by nobody: whoever looks at the child sees no response.
-- How to resolve: look at the child's identities in the review queue (earlyhelp review); a UPN of two children, or a
-- temporary one of two schools, waits for somebody to decide there.
select
    response_event_key as entry_key,
    school_durable_key,
    event_date
from {{ ref('fct_response_event') }}
where event_source = 'dashboard' and child_durable_key = {{ unknown_key() }}

union all

select
    huddle_child_event_key as entry_key,
    school_durable_key,
    event_date
from {{ ref('fct_huddle_child_event') }}
where event_source = 'dashboard' and child_durable_key = {{ unknown_key() }}

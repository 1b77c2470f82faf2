{{ config(severity='warn') }}

-- What: where the case system and the dashboard both say what a huddle decided on a child, they say the same.
-- When it matters: what the dashboard says stands, whichever was said later, for the case system does not tell when; a
-- decision that was put right in the case system alone is not seen.
-- How to resolve: decide it on the dashboard as the case system has it, or have the case system put right.
with said as (

    select
        huddle_key,
        child_durable_key,
        event_source,
        event_kind,
        decision_code,
        school_durable_key
    from {{ ref('fct_huddle_child_event') }}
    where event_kind in ('decided', 'undecided')
    qualify row_number() over (
        partition by huddle_key, child_durable_key, event_source order by event_order desc
    ) = 1

)

select
    case_system.huddle_key,
    case_system.child_durable_key,
    case_system.school_durable_key,
    case_system.decision_code,
    dashboard.decision_code as dashboard_decision_code
from said as case_system
inner join said as dashboard
    on
        case_system.huddle_key = dashboard.huddle_key
        and case_system.child_durable_key = dashboard.child_durable_key
        and case_system.event_source = 'case_system'
        and dashboard.event_source = 'dashboard'
where dashboard.event_kind = 'undecided' or case_system.decision_code is distinct from dashboard.decision_code

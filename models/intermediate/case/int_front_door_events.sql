{#- Contacts, referrals and requests for help, each with the child where the person is linked to one. -#}
with events as (

    select * from {{ ref('stg_front_door__events') }}
    where received_date <= {{ as_of_date() }}

),

people as (

    select * from {{ ref('int_people_linked') }}
    where source = 'front_door'

),

decisions as (

    select * from {{ ref('ref_front_door_decision') }}

),

-- what lies ahead of the day is not known on it
with_child as (

    select
        events.event_kind,
        events.event_id,
        events.person_id,
        people.child_durable_key,
        case
            when events.person_id is null then 'no_person'
            else coalesce(people.link_status, 'not_linked')
        end as link_status,
        events.received_date,
        events.source_code,
        case when events.decision_date <= {{ as_of_date() }} then events.decision_code end as decision_code,
        case when events.decision_date <= {{ as_of_date() }} then decisions.is_taken_further end as is_taken_further,
        case when events.decision_date <= {{ as_of_date() }} then events.decision_date end as decision_date,
        case when events.closed_date <= {{ as_of_date() }} then events.closed_date end as closed_date,
        events.delivery_id
    from events
    left join people on events.person_id = people.person_id
    left join decisions
        on events.event_kind = decisions.event_kind and events.decision_code = decisions.decision_code

),

-- the front door knows no school: an event belongs to where the child then had the main registration
placed as (

    {{ at_main_school('with_child', 'received_date', ['event_kind', 'event_id']) }}

)

select * from placed

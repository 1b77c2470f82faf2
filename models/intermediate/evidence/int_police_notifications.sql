{#- What the police told of, each with the child where the person is linked to one; no longer than it may be kept. -#}
with notifications as (

    select * from {{ ref('stg_police_notifications__notifications') }}
    where incident_date <= {{ as_of_date() }} and received_date <= {{ as_of_date() }}

),

rules as (

    select min(periods.keep_days) as keep_days
    from {{ ref('ref_retention_rule') }} as periods
    where periods.thing = 'police_file' and {{ valid_on(as_of_date(), 'periods') }}

),

people as (

    select * from {{ ref('int_people_linked') }}
    where source = 'police_notifications'

),

with_child as (

    select
        notifications.person_id,
        notifications.told_school_id,
        people.child_durable_key,
        coalesce(people.link_status, 'not_linked') as link_status,
        notifications.kind_code,
        notifications.grade,
        notifications.role,
        notifications.is_perpetrator,
        notifications.incident_date,
        notifications.received_date,
        notifications.delivery_id
    from notifications
    cross join rules
    left join people on notifications.person_id = people.person_id
    where coalesce(
        {{ days_between('notifications.received_date', as_of_date()) }} <= rules.keep_days, rules.keep_days is null
    )

),

-- the police know the school by what they were told: it belongs to where the child then had the main registration
placed as (

    {{ at_main_school('with_child', 'incident_date', ['person_id']) }}

)

select * from placed

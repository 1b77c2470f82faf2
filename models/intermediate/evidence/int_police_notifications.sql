{#- What the police told of, each with the child where the person is linked to one; no longer than it may be kept. -#}
with notifications as (

    select * from {{ ref('stg_police_notifications__notifications') }}
    where incident_date <= {{ as_of_date() }} and received_date <= {{ as_of_date() }}

),

rules as (

    select min(keep_days) as keep_days
    from {{ ref('ref_retention_rule') }} as retention_rules
    where thing = 'police_file' and {{ valid_on(as_of_date(), 'retention_rules') }}

),

people as (

    select * from {{ ref('int_people_linked') }}
    where source = 'police_notifications'

),

kept as (

    select notifications.*
    from notifications
    cross join rules
    where coalesce(
        {{ days_between('notifications.received_date', as_of_date()) }} <= rules.keep_days, rules.keep_days is null
    )

),

with_child as (

    select
        kept.*,
        people.child_durable_key,
        coalesce(people.link_status, 'not_linked') as link_status
    from kept
    left join people on kept.person_id = people.person_id

),

-- the police know the school by what they were told: it belongs to where the child then had the main registration
placed as (

    {{ at_main_school('with_child', 'incident_date', ['person_id']) }}

),

told as (

    select
        *,
        -- not known where no school was told, or where the child was at none
        told_school_id = school_id as is_told_to_own_school
    from placed

)

select * from told

with events as (

    select
        earlier_child_durable_key,
        child_durable_key,
        event,
        event_date,
        link_method,
        delivery_id
    from {{ ref('int_child_identity_event') }}

    union all

    -- whom a school has now was known from a setting alone before
    select
        person_id as earlier_child_durable_key,
        child_durable_key,
        'merged' as event,
        link_date as event_date,
        link_method,
        delivery_id
    from {{ ref('int_early_years_people') }}
    where is_known_elsewhere

    union all

    -- or from the list of children not in school
    select
        own_key as earlier_child_durable_key,
        child_durable_key,
        'merged' as event,
        link_date as event_date,
        link_method,
        delivery_id
    from {{ ref('int_not_in_school_people') }}
    where is_known_elsewhere

),

keyed as (

    select
        {{ surrogate_key(['events.earlier_child_durable_key', 'events.child_durable_key']) }} as earlier_child_key,
        events.earlier_child_durable_key,
        {{ or_unknown('children.child_key') }} as child_key,
        {{ or_unknown('children.child_durable_key') }} as child_durable_key,
        {{ or_unknown('deliveries.delivery_key') }} as delivery_key,
        events.event,
        events.link_method,
        events.event_date
    from events
    left join {{ ref('dim_child') }} as children
        on events.child_durable_key = children.child_durable_key and children.is_current
    left join {{ ref('dim_delivery') }} as deliveries on events.delivery_id = deliveries.delivery_id

)

select * from keyed

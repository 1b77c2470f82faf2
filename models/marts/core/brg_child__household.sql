with members as (

    select * from {{ ref('int_people_linked') }}
    where source = 'family_matters' and child_durable_key is not null

),

links as (

    select
        {{ household_durable_key('household_id') }} as household_durable_key,
        child_durable_key,
        link_method,
        link_probability,
        link_date,
        delivery_id
    from members

),

keyed as (

    select
        {{ surrogate_key(['links.child_durable_key', 'links.household_durable_key']) }} as child_household_key,
        {{ or_unknown('children.child_key') }} as child_key,
        {{ or_unknown('children.child_durable_key') }} as child_durable_key,
        {{ or_unknown('households.household_key') }} as household_key,
        {{ or_unknown('households.household_durable_key') }} as household_durable_key,
        {{ or_unknown('deliveries.delivery_key') }} as delivery_key,
        links.link_method,
        links.link_probability,
        links.link_date
    from links
    left join {{ ref('dim_child') }} as children
        on links.child_durable_key = children.child_durable_key and children.is_current
    left join {{ ref('dim_household') }} as households
        on links.household_durable_key = households.household_durable_key and households.is_current
    left join {{ ref('dim_delivery') }} as deliveries on links.delivery_id = deliveries.delivery_id

)

select * from keyed

{#- Spells of family support, for each linked child of the household; a household with no linked child keeps
    one row without. -#}
with households as (

    select * from {{ ref('stg_family_matters__households') }}

),

needs as (

    select * from {{ ref('stg_family_matters__needs') }}

),

members as (

    select * from {{ ref('int_people_linked') }}
    where source = 'family_matters'

),

stated as (

    select
        household_id,
        programme,
        start_date,
        max(greatest(start_date, {{ end_exclusive('last_date') }})) as end_date,
        min(delivery_id) as delivery_id
    from households
    where household_id is not null and start_date is not null
    group by household_id, programme, start_date

),

-- a programme supports a household once at a time
spells as (

    {{ without_overlap(
        'stated', ['household_id', 'programme'], ['end_date desc'], ['household_id', 'programme', 'delivery_id']
    ) }}

),

needs_counted as (

    select
        spells.household_id,
        spells.programme,
        spells.start_date,
        count(distinct needs.need_code) as presenting_needs_count
    from spells
    inner join needs
        on
            spells.household_id = needs.household_id
            and spells.end_date > needs.identified_date
            and needs.identified_date <= {{ as_of_date() }}
    group by spells.household_id, spells.programme, spells.start_date

),

linked_children as (

    select
        household_id,
        child_durable_key,
        link_method,
        link_probability,
        link_date
    from members
    where child_durable_key is not null

),

supported as (

    select
        spells.household_id,
        linked_children.child_durable_key,
        spells.programme,
        spells.start_date,
        spells.end_date,
        coalesce(needs_counted.presenting_needs_count, 0) as presenting_needs_count,
        coalesce(linked_children.link_method, 'not_linked') as link_method,
        linked_children.link_probability,
        linked_children.link_date,
        spells.delivery_id
    from spells
    left join linked_children on spells.household_id = linked_children.household_id
    left join needs_counted
        on
            spells.household_id = needs_counted.household_id
            and spells.start_date = needs_counted.start_date
            and spells.programme is not distinct from needs_counted.programme

)

select * from supported

{{ config(meta={"partition_by": "as_of_date", "partition_inputs": ["int_child_population"]}) }}
{#- How many concerns of a child were open on a day, and raised in its half term, as far as the school's list tells. -#}
with population as (

    select * from {{ changed_partitions(ref('int_child_population'), 'as_of_date') }}

),

lists as (

    select * from {{ ref('int_concern_lists') }}

),

registrations as (

    select * from {{ ref('int_main_registrations') }}

),

concerns as (

    select * from {{ ref('int_concerns') }}
    where child_durable_key is not null

),

-- The half term of a day; of one in the holidays the last before it.
half_terms as (

    select
        days.as_of_date,
        max(terms.start_date) as half_term_from_date
    from (select distinct as_of_date from population) as days
    inner join {{ ref('ref_term') }} as terms on days.as_of_date >= terms.start_date
    group by days.as_of_date

),

-- A list says nothing of who was at the school and has left it, nor of who came since.
told as (

    select
        population.child_durable_key,
        population.as_of_date,
        half_terms.half_term_from_date,
        max(lists.listed_date) as listed_date,
        max(lists.delivery_id) as delivery_id
    from population
    left join half_terms on population.as_of_date = half_terms.as_of_date
    left join registrations
        on
            population.child_durable_key = registrations.child_durable_key
            and population.school_id = registrations.school_id
    left join lists
        on
            registrations.school_id = lists.school_id
            and {{ valid_on('lists.listed_date', 'registrations', 'start_date', 'end_date') }}
    group by population.child_durable_key, population.as_of_date, half_terms.half_term_from_date

),

counted as (

    select
        told.child_durable_key,
        told.as_of_date,
        count(*) filter (
            where concerns.closed_date > told.as_of_date or (concerns.closed_date is null and concerns.is_open)
        ) as open_count,
        count(*) filter (where concerns.closed_date is null and concerns.is_open is null) as unclear_count,
        count(*) filter (where concerns.raised_date >= told.half_term_from_date) as half_term_count
    from told
    inner join concerns
        on told.child_durable_key = concerns.child_durable_key and told.as_of_date >= concerns.raised_date
    group by told.child_durable_key, told.as_of_date

)

select
    told.child_durable_key,
    told.as_of_date,
    told.half_term_from_date,
    told.listed_date,
    told.delivery_id,
    -- The earlier of two days; `least` passes over one that is missing.
    case when told.listed_date is not null then least(told.as_of_date, told.listed_date) end as covers_to_date,
    cast(coalesce(counted.open_count, 0) as integer) as open_count,
    cast(coalesce(counted.unclear_count, 0) as integer) as unclear_count,
    cast(coalesce(counted.half_term_count, 0) as integer) as half_term_count,
    exists(select 1 from lists) as is_delivered
from told
left join counted on told.child_durable_key = counted.child_durable_key and told.as_of_date = counted.as_of_date

{{ config(meta={"partition_by": "as_of_date", "partition_inputs": ["int_post16_population"]}) }}
{#- Whether nobody knows what a young person does. -#}
with population as (

    select * from {{ changed_partitions(ref('int_post16_population'), 'as_of_date') }}

),

situations as (

    select * from {{ ref('int_post16_situations') }}

),

measure as (

    select
        population.child_durable_key,
        population.as_of_date,
        'is_not_known' as measure,
        cast(case situations.is_not_known when true then 1 when false then 0 end as decimal(18, 6)) as value,
        cast(null as integer) as sessions,
        cast(null as string) as unassessable_reason,
        cast(null as string) as evidence_code,
        situations.valid_from_date as covers_from_date,
        case when situations.person_id is not null then least(situations.last_told_date, population.as_of_date) end
            as covers_to_date,
        situations.delivery_id
    from population
    left join situations
        on
            population.person_id = situations.person_id
            and {{ valid_on('population.as_of_date', 'situations') }}

)

select * from measure

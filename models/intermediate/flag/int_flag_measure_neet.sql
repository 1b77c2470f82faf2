{{ config(meta={"partition_by": "as_of_date", "partition_inputs": ["int_post16_population"]}) }}
{#- Whether a young person is in no education, employment or training. Where nobody knows what they do, nothing can be
    said. -#}
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
        'is_neet' as measure,
        case
            when not situations.is_not_known
                then cast(case when situations.is_neet then 1 else 0 end as decimal(18, 6))
        end as value,
        cast(null as integer) as sessions,
        case when situations.is_not_known then 'situation_not_known' end as unassessable_reason,
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

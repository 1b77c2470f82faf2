{{ config(meta={"partition_by": "as_of_date", "partition_inputs": ["int_not_in_school_population"]}) }}
{#- Whether a child not in school is missing education on the day, by any of its open spells; what no spell says is not
    known. -#}
with population as (

    select * from {{ changed_partitions(ref('int_not_in_school_population'), 'as_of_date') }}

),

told as (

    select
        population.child_durable_key,
        population.as_of_date,
        bool_or(spells.is_missing_education) as is_missing_education,
        min(spells.start_date) as start_date,
        max(spells.extract_date) as extract_date,
        max(spells.delivery_id) as delivery_id
    from population
    inner join {{ ref('int_not_in_school_spells') }} as spells
        on
            population.child_durable_key = spells.child_durable_key
            and {{ valid_on('population.as_of_date', 'spells') }}
    group by population.child_durable_key, population.as_of_date

)

select
    child_durable_key,
    as_of_date,
    'is_missing_education' as measure,
    cast(case is_missing_education when true then 1 when false then 0 end as decimal(18, 6)) as value,
    cast(null as integer) as sessions,
    cast(null as string) as unassessable_reason,
    cast(null as string) as evidence_code,
    least(start_date, as_of_date) as covers_from_date,
    -- an older list says nothing of later days
    least(extract_date, as_of_date) as covers_to_date,
    delivery_id
from told

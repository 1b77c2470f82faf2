{{ config(meta={"partition_by": "as_of_date", "partition_inputs": ["int_child_population"]}) }}
{#- The child's SEN provision on each day: Synergy's word where it knows the child, else the census's. -#}
with population as (

    select * from {{ changed_partitions(ref('int_child_population'), 'as_of_date') }}

),

sources as (

    select * from {{ ref('int_sen_sources') }}

),

spells as (

    select * from {{ ref('int_sen_spells') }}

),

states as (

    select * from {{ ref('int_sen_states') }}

),

synergy_spells as (

    select
        population.child_durable_key,
        population.as_of_date,
        {{ latest('spells.provision_group', "concat_ws('|', spells.start_date, spells.provision_group)") }}
            as provision_group,
        max(spells.start_date) as start_date
    from population
    inner join spells
        on
            population.child_durable_key = spells.child_durable_key
            and {{ valid_on('population.as_of_date', 'spells', 'start_date', 'end_date') }}
    group by population.child_durable_key, population.as_of_date

),

stated as (

    select
        population.child_durable_key,
        population.as_of_date,
        case sources.sen_source
            when 'synergy' then coalesce(synergy_spells.provision_group, 'N')
            else states.provision_group
        end as provision_group,
        case sources.sen_source
            when 'synergy'
                then least(synergy_spells.start_date, sources.synergy_extract_date, population.as_of_date)
            else states.reference_date
        end as covers_from_date,
        case sources.sen_source
            when 'synergy' then least(sources.synergy_extract_date, population.as_of_date)
            else states.reference_date
        end as covers_to_date,
        case sources.sen_source
            when 'synergy' then sources.synergy_delivery_id
            else states.delivery_id
        end as delivery_id
    from population
    inner join sources on population.child_durable_key = sources.child_durable_key
    left join synergy_spells
        on
            population.child_durable_key = synergy_spells.child_durable_key
            and population.as_of_date = synergy_spells.as_of_date
    left join states
        on
            population.child_durable_key = states.child_durable_key
            and {{ valid_on('population.as_of_date', 'states', 'reference_date', 'next_reference_date') }}

)

select * from stated

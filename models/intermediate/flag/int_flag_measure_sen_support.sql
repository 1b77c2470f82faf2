{{ config(meta={"partition_by": "as_of_date", "partition_inputs": ["int_sen_provisions_on_dates"]}) }}
{#- Whether the child receives SEN support without a plan on the day. -#}
with stated as (

    select * from {{ changed_partitions(ref('int_sen_provisions_on_dates'), 'as_of_date') }}

),

delivered as (

    select count(*) > 0 as is_delivered
    from {{ ref('int_tables_delivered') }}
    where table_name in ('synergy__sen', 'school_census__pupils')

),

measure as (

    select
        stated.child_durable_key,
        stated.as_of_date,
        'is_sen_support' as measure,
        cast(
            case
                when stated.provision_group = 'K' then 1
                when stated.provision_group is not null then 0
            end as decimal(18, 6)
        ) as value,
        cast(null as integer) as sessions,
        case
            when not delivered.is_delivered then 'source_not_delivered'
            when stated.provision_group is null then 'no_record_for_child'
        end as unassessable_reason,
        cast(null as string) as evidence_code,
        stated.covers_from_date,
        stated.covers_to_date,
        stated.delivery_id
    from stated
    cross join delivered

)

select * from measure

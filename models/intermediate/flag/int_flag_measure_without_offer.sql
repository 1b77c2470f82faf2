{{ config(meta={"partition_by": "as_of_date", "partition_inputs": ["int_post16_population"]}) }}
{#- Whether a young person was left without a suitable offer this school year. Who was not asked has no record. -#}
with population as (

    select
        *,
        {{ academic_year('as_of_date') }} as academic_year
    from {{ changed_partitions(ref('int_post16_population'), 'as_of_date') }}

),

codes as (

    select * from {{ ref('ref_september_guarantee') }}

),

-- of two year groups in a year the higher one speaks, and of two references the one that was told of last
guarantees as (

    select
        stated.person_id,
        stated.academic_year,
        codes.guarantee_group,
        stated.period_end_date,
        stated.delivery_id
    from {{ ref('int_september_guarantees') }} as stated
    left join codes on stated.guarantee_code = codes.guarantee_code
    qualify row_number() over (
        partition by stated.person_id, stated.academic_year
        order by stated.period_end_date desc, stated.year_group desc
    ) = 1

),

measure as (

    select
        population.child_durable_key,
        population.as_of_date,
        'is_without_offer' as measure,
        case
            when guarantees.guarantee_group in ('offer_made', 'offer_not_appropriate', 'no_offer')
                then cast(case when guarantees.guarantee_group = 'no_offer' then 1 else 0 end as decimal(18, 6))
        end as value,
        cast(null as integer) as sessions,
        case
            when guarantees.person_id is null then 'no_record_for_child'
            when guarantees.guarantee_group not in ('offer_made', 'offer_not_appropriate', 'no_offer')
                then 'outcome_not_recorded'
        end as unassessable_reason,
        cast(null as string) as evidence_code,
        case when guarantees.person_id is not null then least(guarantees.period_end_date, population.as_of_date) end
            as covers_from_date,
        case when guarantees.person_id is not null then least(guarantees.period_end_date, population.as_of_date) end
            as covers_to_date,
        guarantees.delivery_id
    from population
    left join guarantees
        on
            population.person_id = guarantees.person_id
            and population.academic_year = guarantees.academic_year

)

select * from measure

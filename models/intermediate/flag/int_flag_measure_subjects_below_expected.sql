{{ config(meta={"partition_by": "as_of_date", "partition_inputs": ["int_child_population"]}) }}
{#- How many subjects of the child's latest assessment are below the expected standard. -#}
with population as (

    select * from {{ changed_partitions(ref('int_child_population'), 'as_of_date') }}

),

results as (

    select * from {{ ref('int_attainment_results') }}

),

assessments as (

    select * from {{ ref('ref_assessment') }}

),

delivered as (

    select count(*) > 0 as is_delivered
    from {{ ref('int_tables_delivered') }}
    where source = 'attainment'

),

sittings as (

    select
        results.child_durable_key,
        results.assessment_date,
        results.assessment_code,
        assessments.precedence,
        sum(case when results.is_expected_standard_met is false then 1 else 0 end) as below_count,
        sum(case when results.is_expected_standard_met is null then 1 else 0 end) as missing_count,
        max(results.delivery_id) as delivery_id
    from results
    inner join assessments on results.assessment_code = assessments.assessment_code
    where results.has_standard
    group by
        results.child_durable_key, results.assessment_date, results.assessment_code, assessments.precedence

),

spoken as (

    select * from sittings
    qualify row_number() over (partition by child_durable_key, assessment_date order by precedence) = 1

),

latest as (

    select
        *,
        coalesce(
            lead(assessment_date) over (partition by child_durable_key order by assessment_date),
            {{ end_of_time() }}
        ) as next_assessment_date
    from spoken

),

measured as (

    select
        population.child_durable_key,
        population.as_of_date,
        latest.below_count,
        case
            when not delivered.is_delivered then 'source_not_delivered'
            when latest.child_durable_key is null then 'no_record_for_child'
            -- One subject below is enough to say so; none below is only certain when every
            -- subject has an outcome.
            when latest.below_count = 0 and latest.missing_count > 0 then 'outcome_not_recorded'
        end as unassessable_reason,
        latest.assessment_date,
        latest.assessment_code,
        latest.delivery_id
    from population
    cross join delivered
    left join latest
        on
            population.child_durable_key = latest.child_durable_key
            and {{ valid_on('population.as_of_date', 'latest', 'assessment_date', 'next_assessment_date') }}

),

measure as (

    select
        child_durable_key,
        as_of_date,
        'subjects_below_expected_count' as measure,
        case when unassessable_reason is null then cast(below_count as decimal(18, 6)) end as value,
        cast(null as integer) as sessions,
        unassessable_reason,
        assessment_code as evidence_code,
        assessment_date as covers_from_date,
        assessment_date as covers_to_date,
        delivery_id
    from measured

)

select * from measure

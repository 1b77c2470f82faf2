with results as (

    select * from {{ ref('int_attainment_results') }}

),

assessments as (

    select * from {{ ref('dim_assessment') }}

),

keyed as (

    select
        {{ surrogate_key([
            'results.child_durable_key', 'results.assessment_code', 'results.subject_code', 'results.assessment_date'
        ]) }} as attainment_key,
        {{ conformed_keys() }},
        {{ or_unknown('assessments.assessment_key') }} as assessment_key,
        {{ date_key('results.assessment_date') }} as assessment_date_key,
        results.academic_year,
        cast(results.score as decimal(9, 2)) as score,
        results.outcome_code,
        results.is_expected_standard_met,
        results.is_higher_standard_met,
        results.assessment_date
    from results
    {{ join_conformed_dimensions('results', 'assessment_date') }}
    left join assessments
        on
            results.assessment_code = assessments.assessment_code
            and results.subject_code = assessments.subject_code

)

select * from keyed

with assessments as (

    select * from {{ ref('ref_assessment') }}

),

standards as (

    select * from {{ ref('ref_assessment_standard') }}

),

-- subjects come from what was delivered: teacher assessments and outcomes have no standard on a scale
subjects as (

    select
        assessment_code,
        subject_code
    from {{ ref('int_attainment_results') }}

    union

    select
        assessment_code,
        subject_code
    from standards

),

keyed as (

    select
        {{ surrogate_key(['subjects.assessment_code', 'subjects.subject_code']) }} as assessment_key,
        subjects.assessment_code,
        assessments.assessment_name,
        subjects.subject_code,
        assessments.key_stage,
        assessments.is_statutory,
        cast(assessments.precedence as integer) as precedence,
        cast(standards.expected_from as decimal(9, 2)) as expected_from_score,
        cast(standards.higher_from as decimal(9, 2)) as higher_from_score
    from subjects
    left join assessments on subjects.assessment_code = assessments.assessment_code
    left join standards
        on
            subjects.assessment_code = standards.assessment_code
            and subjects.subject_code = standards.subject_code

    union all

    select
        {{ unknown_key() }} as assessment_key,
        {{ unknown_key() }} as assessment_code,
        'Not known' as assessment_name,
        {{ unknown_key() }} as subject_code,
        null as key_stage,
        null as is_statutory,
        null as precedence,
        null as expected_from_score,
        null as higher_from_score

)

select * from keyed

{#- Several subjects as one result: reading, writing and maths together. -#}
with markers as (

    select
        *,
        count(*) over (partition by marker_code) as subjects_count
    from {{ ref('ref_attainment_marker') }}

),

outcomes as (

    select * from {{ ref('ref_assessment_outcome') }}

),

-- of several on one day the first subject's place stands for the child's
results as (

    select
        attainment.*,
        markers.marker_code,
        markers.subjects_count,
        assessments.subject_code,
        case
            when attainment.is_expected_standard_met is not null then true
            when attainment.outcome_code is null then false
            else outcomes.counts_as_published
        end as is_counted,
        row_number() over (
            partition by attainment.child_durable_key, markers.marker_code, attainment.academic_year
            order by attainment.assessment_date desc, assessments.subject_code asc
        ) as place
    from {{ ref('fct_attainment') }} as attainment
    inner join {{ ref('dim_assessment') }} as assessments on attainment.assessment_key = assessments.assessment_key
    inner join markers
        on
            assessments.assessment_code = markers.assessment_code
            and assessments.subject_code = markers.subject_code
    left join outcomes
        on
            assessments.assessment_code = outcomes.assessment_code
            and attainment.outcome_code = outcomes.outcome_code
    where attainment.child_durable_key <> {{ unknown_key() }}

),

counted as (

    select
        child_durable_key,
        marker_code,
        academic_year,
        {% for key in ['child', 'school', 'school_durable', 'pyramid', 'zone'] %}
            max(case when place = 1 then {{ key }}_key end) as {{ key }}_key,
        {% endfor %}
        max(subjects_count) as subjects_count,
        count(distinct case when is_expected_standard_met is not null then subject_code end) as subjects_known_count,
        count(distinct case when is_expected_standard_met then subject_code end) as subjects_met_count,
        count(distinct subject_code) as subjects_returned_count,
        count(*) filter (where not is_expected_standard_met) as results_not_met_count,
        count(*) filter (where not is_counted) as results_left_out_count,
        count(*) filter (where is_counted is null) as results_undecided_count,
        max(assessment_date) as assessment_date
    from results
    group by child_durable_key, marker_code, academic_year

),

marked as (

    select
        {{ surrogate_key(['child_durable_key', 'marker_code', 'academic_year']) }} as attainment_marker_key,
        child_key,
        child_durable_key,
        school_key,
        school_durable_key,
        pyramid_key,
        zone_key,
        {{ date_key('assessment_date') }} as assessment_date_key,
        marker_code,
        academic_year,
        subjects_count,
        subjects_known_count,
        subjects_met_count,
        -- met in every subject; not met if one is not; otherwise nobody can say
        case
            when results_not_met_count > 0 then false
            when subjects_met_count = subjects_count then true
        end as is_expected_standard_met,
        case
            when results_left_out_count > 0 or subjects_returned_count < subjects_count then false
            when results_undecided_count = 0 then true
        end as is_in_published_figure,
        assessment_date
    from counted

)

select * from marked

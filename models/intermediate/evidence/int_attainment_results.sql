{#- Each result beside its standard. No outcome is not the same as below the standard. -#}
with results as (

    select * from {{ ref('stg_attainment__results') }}

),

identities as (

    select * from {{ ref('int_child_identity') }}

),

standards as (

    select * from {{ ref('ref_assessment_standard') }}

),

outcomes as (

    select * from {{ ref('ref_assessment_outcome') }}

),

-- A result may be listed twice, by two schools or under two UPNs: one that says something, from the newer
-- delivery, stands.
keyed as (

    select
        identities.child_durable_key,
        results.*
    from results
    inner join identities on results.identity_id = identities.identity_id
    qualify row_number() over (
        partition by
            identities.child_durable_key, results.assessment_code, results.subject_code, results.assessment_date
        order by
            results.score is null and results.outcome_code is null,
            results.extract_date desc,
            results.delivery_id asc,
            results.row_number_in_file asc
    ) = 1

),

judged as (

    select
        keyed.child_durable_key,
        keyed.assessment_code,
        keyed.subject_code,
        keyed.academic_year,
        keyed.assessment_date,
        keyed.score,
        keyed.outcome_code,
        coalesce(keyed.score >= standards.expected_from, outcomes.is_expected_standard_met)
            as is_expected_standard_met,
        coalesce(keyed.score >= standards.higher_from, outcomes.is_higher_standard_met)
            as is_higher_standard_met,
        standards.subject_code is null or standards.expected_from is not null as has_standard,
        keyed.school_id,
        keyed.delivery_id
    from keyed
    left join standards
        on
            keyed.assessment_code = standards.assessment_code
            and keyed.subject_code = standards.subject_code
    left join outcomes
        on
            keyed.assessment_code = outcomes.assessment_code
            and keyed.outcome_code = outcomes.outcome_code

)

select * from judged

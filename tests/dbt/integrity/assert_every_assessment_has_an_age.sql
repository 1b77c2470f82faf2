-- What: today's rule on attainment says of every assessment how old it may be, or says one age of all.
-- When it matters: when an assessment is added, or a version of the rule. What has no age never goes stale, unnoticed.
-- How to resolve: add a row for the assessment and the version to seeds/reference/ref_flag_rule_age.csv.
select
    rules.rule_id,
    rules.version,
    assessments.assessment_code
from {{ ref('ref_flag_rule') }} as rules
cross join {{ ref('ref_assessment') }} as assessments
left join {{ ref('ref_flag_rule_age') }} as ages
    on
        rules.rule_id = ages.rule_id
        and rules.version = ages.version
        and assessments.assessment_code = ages.evidence_code
where
    rules.measure = 'subjects_below_expected_count'
    and rules.valid_to_date = {{ end_of_time() }}
    and rules.maximum_age_days is null
    and ages.rule_id is null

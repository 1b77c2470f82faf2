-- What: a child is assessed at a school only where the main registration (C or M) holds on the date.
-- When it matters: always. Counting guests and subsidiary registrations counts dually registered children
-- twice.
-- How to resolve: compare int_child_population with fct_enrolment for the child and date below.
select
    assessments.child_durable_key,
    assessments.as_of_date,
    assessments.school_durable_key
from {{ ref('fct_flag_assessment') }} as assessments
left join {{ ref('fct_enrolment') }} as enrolments
    on
        assessments.child_durable_key = enrolments.child_durable_key
        and assessments.school_durable_key = enrolments.school_durable_key
        and enrolments.is_main
        and {{ valid_on('assessments.as_of_date', 'enrolments') }}
where enrolments.enrolment_key is null

-- What: a child is assessed at a school only where the main registration (C or M) holds on the date.
-- When it matters: always. Counting guests and subsidiary registrations counts dually registered children
-- twice.
-- How to resolve: compare int_child_population with fct_enrolment for the child and date below.
with enrolments as (

    select
        enrolments.child_durable_key,
        schools.school_id,
        enrolments.valid_from_date,
        enrolments.valid_to_date
    from {{ ref('fct_enrolment') }} as enrolments
    inner join {{ ref('dim_school') }} as schools on enrolments.school_key = schools.school_key
    where enrolments.is_main

)

select
    assessments.child_durable_key,
    assessments.as_of_date,
    schools.school_id
from {{ ref('fct_flag_assessment') }} as assessments
inner join {{ ref('dim_school') }} as schools on assessments.school_key = schools.school_key
left join enrolments
    on
        assessments.child_durable_key = enrolments.child_durable_key
        and schools.school_id = enrolments.school_id
        and {{ valid_on('assessments.as_of_date', 'enrolments') }}
where enrolments.school_id is null and assessments.population_code = {{ school_age() }}

-- The newest results of each child, of several kinds on one day the weightiest.
create or replace table true_attainment as
with latest as (
    select *
    from result
    where assessment_date <= getvariable('as_of')
    qualify dense_rank() over (
        partition by child_n
        order by assessment_date desc,
            array_position(['ks4', 'ks2', 'ks1', 'phonics', 'eyfsp', 'teacher'], assessment_code)
    ) = 1
)

select
    child_n,
    any_value(assessment_code) as assessment_code,
    any_value(assessment_date) as assessment_date,
    count(*) filter (where not is_met) as below,
    count(*) filter (where is_met is null and subject_code <> 'attainment_8') as without_outcome
from latest
group by child_n;

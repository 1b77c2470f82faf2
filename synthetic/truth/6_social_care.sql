-- How many statuses of social care ended in a step down in the six months before, of a child that has none on the day, as far as
-- the censuses tell and a UPN leads to the child.
create or replace table true_step_down as
with told as (
    select min(reference_date) - interval 1 year as told_from, max(reference_date) as told_to from cin_return
),

reasons as (
    select * from read_csv(getvariable('reference') || '/ref_cin_closure_reason.csv')
)

select
    children.child_n,
    least(told.told_to, getvariable('as_of')) as told_to,
    getvariable('as_of') - interval 6 month < told.told_from as is_before_time,
    if(
        coalesce(bool_or(
            getvariable('as_of') >= statuses.start_date and getvariable('as_of') < statuses.end_date
        ), false),
        0,
        count(*) filter (
            where reasons.is_step_down and statuses.end_date <= getvariable('as_of')
            and statuses.end_date > getvariable('as_of') - interval 6 month
        )
    ) as step_downs
from child as children
cross join told
left join social_care_status as statuses on children.child_n = statuses.child_n and statuses.is_found
left join reasons on statuses.closure_reason = reasons.closure_reason_code and statuses.status_code = 'child_in_need'
group by all;

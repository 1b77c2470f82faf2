-- What: assessable and not assessable children are all children; raised ones are among the assessable; `any`
-- is no less than any flag and no more than all of them together.
-- When it matters: always. A rate would be above one, or missing data would count as no need.
-- How to resolve: see fct_flag_summary for the school, flag and date below.
with flags as (

    select * from {{ ref('dim_flag') }}

),

summary as (

    select * from {{ ref('fct_flag_summary') }}

),

by_school as (

    select
        summary.school_key,
        summary.as_of_date,
        summary.rule_basis,
        max(case when not flags.is_summary then summary.raised_count end) as highest_raised_count,
        sum(case when not flags.is_summary then summary.raised_count end) as raised_flags_count,
        max(case when flags.is_summary then summary.raised_count end) as any_raised_count,
        max(
            case
                when
                    summary.assessable_count + summary.not_assessable_count = summary.children_count
                    and summary.raised_count <= summary.assessable_count
                    then 0
                else 1
            end
        ) as wrong_rows
    from summary
    inner join flags on summary.flag_key = flags.flag_key
    group by summary.school_key, summary.as_of_date, summary.rule_basis

)

select * from by_school
where
    wrong_rows > 0
    or any_raised_count < highest_raised_count
    or any_raised_count > raised_flags_count

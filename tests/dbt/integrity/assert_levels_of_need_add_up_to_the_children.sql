-- What: in each pyramid and year the estimates of all levels make up its children, each lies in its interval, and each
-- interval between what is certain and what is possible; the children are those of the trend on that day.
-- When it matters: always. Planners compare the levels with the population.
-- How to resolve: add up fct_need_level_summary for the pyramid and year below; a level that ref_need_level does not
-- have loses its children.
with need as (

    select * from {{ ref('mart_pyramid_need') }}

),

trend as (

    select * from {{ ref('mart_trend') }}
    where place_type = 'pyramid' and flag_code = 'any' and rule_basis = 'in_force'

),

by_pyramid as (

    select
        pyramid_key,
        pyramid_code,
        academic_year,
        as_of_date,
        max(children_count) as children_count,
        sum(children_estimate) as estimates_sum,
        sum(least_count) as least_sum,
        sum(most_count) as most_sum,
        count(*) filter (where children_estimate is null) as not_estimated_count,
        count(*) filter (
            where not (
                least_count <= lower_count
                and lower_count <= children_estimate
                and children_estimate <= upper_count
                and upper_count <= most_count
            )
        ) as disordered_count
    from need
    group by pyramid_key, pyramid_code, academic_year, as_of_date

)

select
    by_pyramid.*,
    trend.children_count as trend_children_count
from by_pyramid
left join trend
    on
        by_pyramid.pyramid_key = trend.place_key
        and by_pyramid.as_of_date = trend.as_of_date
where
    by_pyramid.children_count is distinct from trend.children_count
    or by_pyramid.disordered_count > 0
    or not by_pyramid.children_count between by_pyramid.least_sum and by_pyramid.most_sum
    -- each estimate is rounded to a hundredth of a child
    or (by_pyramid.not_estimated_count = 0 and abs(by_pyramid.estimates_sum - by_pyramid.children_count) > 0.05)

-- What: flags before and after are those of the facts on those dates, and no date is before the response.
-- When it matters: always. A response left out of the outcomes makes them look better or worse than they are.
-- How to resolve: compare fct_flag_assessment for the child on the two dates.
with raised as (

    select
        child_durable_key,
        as_of_date,
        count(*) filter (where flag_state = 'raised') as raised_count
    from {{ ref('fct_flag_assessment') }}
    where population_code = {{ school_age() }}
    group by child_durable_key, as_of_date

)

select outcomes.outcome_key
from {{ ref('mart_outcome') }} as outcomes
left join raised as before_state
    on
        outcomes.child_durable_key = before_state.child_durable_key
        and outcomes.before_date = before_state.as_of_date
left join raised as after_state
    on
        outcomes.child_durable_key = after_state.child_durable_key
        and outcomes.after_date = after_state.as_of_date
where
    outcomes.flags_before_count is distinct from before_state.raised_count
    or outcomes.flags_after_count is distinct from after_state.raised_count
    or outcomes.before_date > outcomes.opened_date
    or outcomes.after_date <= outcomes.before_date

-- What: each school's children, assessable and raised, are those of fct_flag_assessment, flag by flag and day by day.
-- When it matters: always. Every dashboard, trend and forecast adds up these counts, and not the fact.
-- How to resolve: compare int_flags_counted with the fact for the school, flag and date below; then their schools.
with facts as (

    select
        school_key,
        flag_key,
        as_of_date,
        {{ count_states('flag_state') }}
    from {{ ref('fct_flag_assessment') }}
    where population_code = {{ school_age() }}
    group by school_key, flag_key, as_of_date

),

flags as (

    select * from {{ ref('dim_flag') }}
    where not is_summary and population_code = {{ school_age() }}

),

summary as (

    select summary.*
    from {{ ref('fct_flag_summary') }} as summary
    inner join flags on summary.flag_key = flags.flag_key
    where summary.rule_basis = 'in_force'

)

select
    coalesce(facts.school_key, summary.school_key) as school_key,
    coalesce(facts.flag_key, summary.flag_key) as flag_key,
    coalesce(facts.as_of_date, summary.as_of_date) as as_of_date
from facts
full outer join summary
    on
        facts.school_key = summary.school_key
        and facts.flag_key = summary.flag_key
        and facts.as_of_date = summary.as_of_date
where
    facts.children_count is distinct from summary.children_count
    or facts.assessable_count is distinct from summary.assessable_count
    or facts.raised_count is distinct from summary.raised_count

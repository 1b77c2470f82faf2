-- What: a child in scope on a date has one row for each flag of its population that is on.
-- When it matters: always. A flag that is left out looks like one that is not raised.
-- How to resolve: see int_flags_evaluated for the child and date; every flag needs a rule in ref_flag_rule
-- and a measure.
with flags as (

    select
        population_code,
        count(*) as flags_count
    from {{ flags_on() }} as flags_on
    group by population_code

),

children as (

    select
        population_code,
        child_durable_key,
        as_of_date,
        count(*) as rows_count,
        count(distinct flag_key) as flags_count
    from {{ ref('fct_flag_assessment') }}
    group by population_code, child_durable_key, as_of_date

)

select
    children.population_code,
    children.child_durable_key,
    children.as_of_date,
    children.rows_count,
    children.flags_count
from children
left join flags on children.population_code = flags.population_code
where
    children.rows_count is distinct from flags.flags_count
    or children.flags_count is distinct from flags.flags_count

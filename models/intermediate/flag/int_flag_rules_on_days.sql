{#- By which versions of its rule each flag is judged on each day. What is today's rule changes hardly ever, though the
    day does each night: so the days that are over need not be judged again to know it. -#}
with days as (

    select as_of_date from {{ ref('int_assessment_dates') }}

),

asked as (

    {{ flag_rules_on_days('days') }}

)

select * from asked

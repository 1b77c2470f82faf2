-- What: where an outcome is known, the flags that a response answers are those that were up before it.
-- When it matters: always. Two tables that say differently what a response was about leave nobody sure of either.
-- How to resolve: both take the last assessment date on or before the day the response was opened; look at that day.
with bridged as (

    select
        response_key,
        flag_key
    from {{ ref('brg_response__flag') }}

),

outcomes as (

    select distinct
        outcomes.response_key,
        outcomes.flag_key,
        outcomes.state_before = 'raised' as is_raised_before
    from {{ ref('fct_outcome') }} as outcomes
    inner join {{ ref('dim_flag') }} as flags on outcomes.flag_key = flags.flag_key
    where not flags.is_summary

)

select
    outcomes.response_key,
    outcomes.flag_key
from outcomes
left join bridged on outcomes.response_key = bridged.response_key and outcomes.flag_key = bridged.flag_key
where outcomes.is_raised_before <> (bridged.response_key is not null)

-- What: in every month the county's registered and active users are those of the facts, and a school's those of its
-- own rows.
-- When it matters: always. Take-up would say more or fewer people than there are.
-- How to resolve: a user who is counted twice works at two places that are one; one who is lost works at a school that
-- is not among today's (dim_school.todays_school_durable_key).
with take_up as (

    select * from {{ ref('mart_take_up') }}

),

registered as (

    select
        'county' as place_type,
        'county' as place_key,
        access_month as use_month,
        count(distinct user_key) as users_count
    from {{ ref('fct_user_access') }}
    group by access_month

    union all

    select
        'school' as place_type,
        todays_school_durable_key as place_key,
        access_month as use_month,
        count(distinct user_key) as users_count
    from {{ ref('fct_user_access') }}
    where scope_level = 'school' and todays_school_durable_key <> {{ unknown_key() }}
    group by todays_school_durable_key, access_month

),

active as (

    select
        use_month,
        count(distinct user_key) as users_count
    from {{ ref('fct_tool_use') }}
    where days_used > 0
    group by use_month

)

select
    'registered' as counted,
    coalesce(take_up.place_type, registered.place_type) as place_type,
    coalesce(take_up.use_month, registered.use_month) as use_month,
    take_up.registered_users_count as mart_count,
    registered.users_count as fact_count
from registered
full outer join take_up
    on
        registered.place_type = take_up.place_type
        and registered.place_key = take_up.place_key
        and registered.use_month = take_up.use_month
where
    coalesce(take_up.place_type, 'county') <> 'zone'
    and coalesce(take_up.registered_users_count, 0) <> coalesce(registered.users_count, 0)

union all

select
    'active' as counted,
    take_up.place_type,
    take_up.use_month,
    take_up.active_users_count as mart_count,
    active.users_count as fact_count
from take_up
left join active on take_up.use_month = active.use_month
where
    take_up.place_type = 'county'
    and take_up.active_users_count is not null
    and take_up.active_users_count <> coalesce(active.users_count, 0)

union all

select
    'use_delivered' as counted,
    take_up.place_type,
    take_up.use_month,
    take_up.active_users_count as mart_count,
    active.users_count as fact_count
from take_up
inner join active on take_up.use_month = active.use_month
where take_up.active_users_count is null and take_up.registered_users_count is not null

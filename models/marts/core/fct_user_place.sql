with access as (

    select * from {{ ref('fct_user_access') }}

),

tool_use as (

    select * from {{ ref('fct_tool_use') }}

),

schools as (

    select * from {{ ref('dim_school') }}
    where is_current

),

places as (

    select * from {{ ref('dim_place') }}
    where is_current

),

-- a user counts once at each place they work for: at their school, in its zone, and in the county
working_for as (

    select
        'school' as place_type,
        todays_school_durable_key as key_of_kind,
        access_month as use_month,
        user_key
    from access
    where scope_level = 'school'

    union

    select
        'zone' as place_type,
        schools.todays_zone_key as key_of_kind,
        access.access_month as use_month,
        access.user_key
    from access
    inner join schools on access.todays_school_durable_key = schools.school_durable_key
    where access.scope_level = 'school'

    union

    select
        'zone' as place_type,
        zone_key as key_of_kind,
        access_month as use_month,
        user_key
    from access
    where scope_level = 'zone'

    union

    select
        'county' as place_type,
        'county' as key_of_kind,
        access_month as use_month,
        user_key
    from access

    -- in the county also those who used it and are on no list, or no longer
    union

    select
        'county' as place_type,
        'county' as key_of_kind,
        use_month,
        user_key
    from tool_use
    where days_used > 0

),

-- who administers the tool uses it without access to any child, and rightly
access_of_users as (

    select
        user_key,
        access_month,
        max(case when has_access then 1 else 0 end) = 1 as has_access,
        max(case when no_access_reason_code = 'role_sees_no_child' then 1 else 0 end) = 1 as is_administrator
    from access
    group by user_key, access_month

),

keyed as (

    select
        {{ surrogate_key(['working_for.user_key', 'places.place_durable_key', 'working_for.use_month']) }}
            as user_place_key,
        working_for.user_key,
        places.place_key,
        places.place_durable_key,
        {{ date_key('working_for.use_month') }} as use_month_date_key,
        access_of_users.user_key is not null as is_registered,
        coalesce(access_of_users.has_access, false) as has_access,
        coalesce(access_of_users.has_access or access_of_users.is_administrator, false) as is_rightful,
        coalesce(tool_use.days_used > 0, false) as is_active,
        tool_use.user_key is not null as is_use_stated,
        working_for.use_month
    from working_for
    inner join places
        on
            working_for.place_type = places.place_type
            and working_for.key_of_kind = coalesce(places.school_durable_key, places.zone_key, places.place_key)
    left join access_of_users
        on
            working_for.user_key = access_of_users.user_key
            and working_for.use_month = access_of_users.access_month
    left join tool_use
        on working_for.user_key = tool_use.user_key and working_for.use_month = tool_use.use_month

)

select * from keyed

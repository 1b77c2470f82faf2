with access as (

    select * from {{ ref('fct_user_access') }}

),

tool_use as (

    select * from {{ ref('fct_tool_use') }}

),

user_scopes as (

    select * from {{ ref('brg_user__scope') }}

),

as_of as (

    select
        calendar_date as as_of_date,
        cast(date_trunc('month', calendar_date) as date) as as_of_month
    from {{ ref('dim_date') }}
    where is_current_assessment_date

),

reasons as (

    select * from {{ ref('ref_take_up_reason') }}

),

-- today's schools, those of the map and every other that somebody works for
schools as (

    select
        school_durable_key,
        school_id,
        school_name,
        todays_zone_key as zone_key
    from {{ ref('dim_school') }}
    where
        is_current
        and school_durable_key = todays_school_durable_key
        and school_durable_key <> {{ unknown_key() }}
        and (
            is_on_map
            or school_durable_key in (select access.todays_school_durable_key from access)
        )

),

zones as (

    select * from {{ ref('dim_zone') }}
    where zone_key <> {{ unknown_key() }}

),

places as (

    select
        'school' as place_type,
        school_durable_key as place_key,
        school_id as place_code,
        school_name as place_name
    from schools

    union all

    select
        'zone' as place_type,
        zone_key as place_key,
        zone_code as place_code,
        zone_name as place_name
    from zones

    union all

    select
        'county' as place_type,
        'county' as place_key,
        'county' as place_code,
        'County' as place_name

),

months_delivered as (

    select
        use_month,
        min(case when is_month_complete then 1 else 0 end) = 1 as is_month_complete
    from tool_use
    group by use_month

),

lists as (

    select count(*) filter (where is_registered) > 0 as is_list_delivered
    from user_scopes

),

-- every month from the first in which anybody was registered or used it to that of the as-of date
months as (

    select
        dates.calendar_date as use_month,
        dates.academic_year,
        as_of.as_of_date,
        dates.calendar_date = as_of.as_of_month as is_current,
        coalesce(months_delivered.is_month_complete, false) as is_month_complete,
        lists.is_list_delivered as is_list_known,
        lists.is_list_delivered and months_delivered.use_month is not null as is_use_known
    from {{ ref('dim_date') }} as dates
    cross join as_of
    cross join lists
    left join months_delivered on dates.calendar_date = months_delivered.use_month
    where
        dates.calendar_date = cast(date_trunc('month', dates.calendar_date) as date)
        and dates.calendar_date <= as_of.as_of_date
        and (
            dates.calendar_date = as_of.as_of_month
            or dates.calendar_date >= (select min(access.access_month) from access)
            or dates.calendar_date >= (select min(tool_use.use_month) from tool_use)
        )

),

-- a user counts once at each place they work for: at their school, in its zone, and in the county
users_at_places as (

    select distinct
        'school' as place_type,
        todays_school_durable_key as place_key,
        access_month as use_month,
        user_key
    from access
    where scope_level = 'school'

    union

    select
        'zone' as place_type,
        schools.zone_key as place_key,
        access.access_month as use_month,
        access.user_key
    from access
    inner join schools on access.todays_school_durable_key = schools.school_durable_key

    union

    select
        'zone' as place_type,
        zone_key as place_key,
        access_month as use_month,
        user_key
    from access
    where scope_level = 'zone'

    union

    select
        'county' as place_type,
        'county' as place_key,
        access_month as use_month,
        user_key
    from access

    -- in the county also those who used it and are on no list, or no longer
    union

    select
        'county' as place_type,
        'county' as place_key,
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

users_described as (

    select
        users_at_places.place_type,
        users_at_places.place_key,
        users_at_places.use_month,
        access_of_users.user_key is not null as is_registered,
        coalesce(access_of_users.has_access, false) as has_access,
        coalesce(access_of_users.has_access or access_of_users.is_administrator, false) as is_rightful,
        coalesce(tool_use.days_used > 0, false) as is_active,
        tool_use.user_key is not null as is_use_stated
    from users_at_places
    left join access_of_users
        on
            users_at_places.user_key = access_of_users.user_key
            and users_at_places.use_month = access_of_users.access_month
    left join tool_use
        on users_at_places.user_key = tool_use.user_key and users_at_places.use_month = tool_use.use_month

),

users as (

    select
        place_type,
        place_key,
        use_month,
        count(*) filter (where is_registered) as registered_users_count,
        count(*) filter (where has_access) as users_with_access_count,
        count(*) filter (where is_active) as active_users_count,
        count(*) filter (where is_active and not is_rightful) as active_without_access_count,
        count(*) filter (where not is_use_stated) as use_not_stated_count
    from users_described
    group by place_type, place_key, use_month

),

school_counts as (

    select
        schools.school_durable_key,
        schools.zone_key,
        months.use_month,
        case when users.registered_users_count > 0 then 1 else 0 end as has_users,
        case when users.active_users_count > 0 then 1 else 0 end as has_active_users
    from schools
    cross join months
    left join users
        on
            users.place_type = 'school'
            and schools.school_durable_key = users.place_key
            and months.use_month = users.use_month

),

schools_at_places as (

    {% for place_type, key in [
        ('school', 'school_durable_key'), ('zone', 'zone_key'), ('county', "'county'")
    ] %}
        select
            '{{ place_type }}' as place_type,
            {{ key }} as place_key,
            use_month,
            count(*) as schools_count,
            sum(has_users) as schools_registered_count,
            sum(has_active_users) as schools_using_count
        from school_counts
        group by all
        {% if not loop.last %}
            union all
        {% endif %}
    {% endfor %}

),

-- nought where nobody is registered; nothing where nobody says
counted as (

    select
        places.*,
        months.use_month,
        months.academic_year,
        months.as_of_date,
        months.is_current,
        months.is_month_complete,
        case
            when not months.is_list_known then 'user_list_not_delivered'
            when not months.is_use_known then 'use_not_delivered'
        end as not_known_reason_code,
        schools_at_places.schools_count,
        case when months.is_list_known then coalesce(users.registered_users_count, 0) end as registered_users_count,
        case when months.is_list_known then coalesce(users.users_with_access_count, 0) end as users_with_access_count,
        case when months.is_list_known then schools_at_places.schools_registered_count end as schools_registered_count,
        case when months.is_use_known then coalesce(users.active_users_count, 0) end as active_users_count,
        case
            when months.is_use_known then coalesce(users.active_without_access_count, 0)
        end as active_without_access_count,
        case when months.is_use_known then coalesce(users.use_not_stated_count, 0) end as use_not_stated_count,
        case when months.is_use_known then schools_at_places.schools_using_count end as schools_using_count
    from places
    cross join months
    left join users
        on
            places.place_type = users.place_type
            and places.place_key = users.place_key
            and months.use_month = users.use_month
    left join schools_at_places
        on
            places.place_type = schools_at_places.place_type
            and places.place_key = schools_at_places.place_key
            and months.use_month = schools_at_places.use_month

),

take_up as (

    select
        {{ surrogate_key(['counted.place_type', 'counted.place_key', 'counted.use_month']) }} as take_up_key,
        counted.place_type,
        counted.place_key,
        counted.place_code,
        counted.place_name,
        counted.academic_year,
        counted.use_month,
        counted.is_current,
        counted.is_month_complete,
        counted.registered_users_count,
        counted.users_with_access_count,
        counted.active_users_count,
        counted.active_without_access_count,
        counted.use_not_stated_count,
        {{ rate('counted.active_users_count', 'counted.registered_users_count') }} as active_users_rate,
        coalesce(counted.schools_count, 0) as schools_count,
        cast(counted.schools_registered_count as bigint) as schools_registered_count,
        cast(counted.schools_using_count as bigint) as schools_using_count,
        {{ rate('counted.schools_using_count', 'counted.schools_count') }} as schools_using_rate,
        counted.not_known_reason_code,
        reasons.reason_name as not_known_reason_name,
        counted.as_of_date
    from counted
    left join reasons on counted.not_known_reason_code = reasons.reason_code

)

select * from take_up

{%- set described_by = [
    'place_code', 'place_name', 'zone_code', 'zone_name', 'pyramid_code', 'pyramid_name', 'school_id', 'school_name',
] -%}
with user_places as (

    select * from {{ ref('fct_user_place') }}

),

as_of as (

    select
        calendar_date as as_of_date,
        cast(date_trunc('month', calendar_date) as date) as as_of_month
    from {{ ref('dim_date') }}
    where is_current_assessment_date

),

todays_places as (

    select * from {{ ref('dim_place') }}
    where is_current

),

-- today's schools, those of the map and every other that somebody works for
schools as (

    select
        schools.school_durable_key,
        places.place_durable_key as school_place_key,
        zones.place_durable_key as zone_place_key
    from {{ ref('dim_school') }} as schools
    inner join todays_places as places on schools.school_key = places.school_key
    inner join todays_places as zones on schools.todays_zone_key = zones.zone_key and zones.place_type = 'zone'
    where
        schools.school_durable_key = schools.todays_school_durable_key
        and schools.school_durable_key <> {{ unknown_key() }}
        and (schools.is_on_map or places.place_durable_key in (select used.place_durable_key from user_places as used))

),

places as (

    select
        place_durable_key,
        place_type,
        -- the key of the place in the dimension of its kind
        coalesce(school_durable_key, zone_key, place_key) as place_key,
        {{ described_by | join(', ') }}
    from todays_places
    where
        place_type = 'county'
        or (place_type = 'zone' and place_code <> {{ unknown_key() }})
        or place_durable_key in (select schools.school_place_key from schools)

),

months_delivered as (

    select
        use_month,
        min(case when is_month_complete then 1 else 0 end) = 1 as is_month_complete
    from {{ ref('fct_tool_use') }}
    group by use_month

),

lists as (

    select count(*) filter (where is_registered) > 0 as is_list_delivered
    from {{ ref('brg_user__scope') }}

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
            or dates.calendar_date >= (select min(user_places.use_month) from user_places)
            or dates.calendar_date >= (select min(earlier.use_month) from months_delivered as earlier)
        )

),

users as (

    select
        place_durable_key,
        use_month,
        count(*) filter (where is_registered) as registered_users_count,
        count(*) filter (where has_access) as users_with_access_count,
        count(*) filter (where is_active) as active_users_count,
        count(*) filter (where is_active and not is_rightful) as active_without_access_count,
        count(*) filter (where not is_use_stated) as use_not_stated_count
    from user_places
    group by place_durable_key, use_month

),

schools_at_places as (

    {% for key in ['schools.school_place_key', 'schools.zone_place_key', "'county'"] %}
        select
            {{ key }} as place_durable_key,
            months.use_month,
            count(*) as schools_count,
            count(*) filter (where users.registered_users_count > 0) as schools_registered_count,
            count(*) filter (where users.active_users_count > 0) as schools_using_count
        from schools
        cross join months
        left join users on schools.school_place_key = users.place_durable_key and months.use_month = users.use_month
        group by all
        {{ 'union all' if not loop.last }}
    {% endfor %}

),

-- nought where nobody is registered; nothing where nobody says
counted as (

    select
        places.*,
        months.*,
        reasons.reason_code as not_known_reason_code,
        reasons.reason_name as not_known_reason_name,
        {% for measure in ['registered_users_count', 'users_with_access_count'] %}
            case when months.is_list_known then coalesce(users.{{ measure }}, 0) end as {{ measure }},
        {% endfor %}
        {% for measure in ['active_users_count', 'active_without_access_count', 'use_not_stated_count'] %}
            case when months.is_use_known then coalesce(users.{{ measure }}, 0) end as {{ measure }},
        {% endfor %}
        case when months.is_list_known then schools.schools_registered_count end as schools_registered_count,
        case when months.is_use_known then schools.schools_using_count end as schools_using_count,
        coalesce(schools.schools_count, 0) as schools_count
    from places
    cross join months
    left join users on places.place_durable_key = users.place_durable_key and months.use_month = users.use_month
    left join schools_at_places as schools
        on places.place_durable_key = schools.place_durable_key and months.use_month = schools.use_month
    left join {{ ref('ref_take_up_reason') }} as reasons
        on
            reasons.reason_code = case
                when not months.is_list_known then 'user_list_not_delivered'
                when not months.is_use_known then 'use_not_delivered'
            end

),

take_up as (

    select
        {{ surrogate_key(['place_type', 'place_key', 'use_month']) }} as take_up_key,
        place_type,
        place_key,
        {{ described_by | join(', ') }},
        academic_year,
        use_month,
        is_current,
        is_month_complete,
        registered_users_count,
        users_with_access_count,
        active_users_count,
        active_without_access_count,
        use_not_stated_count,
        {{ rate('active_users_count', 'registered_users_count') }} as active_users_rate,
        schools_count,
        schools_registered_count,
        schools_using_count,
        {{ rate('schools_using_count', 'schools_count') }} as schools_using_rate,
        not_known_reason_code,
        not_known_reason_name,
        as_of_date
    from counted

)

select * from take_up

{{ config(meta={"read_by": ["deliveries"]}) }}
{#- Everybody whom a list names, and what each of their scopes is today: a school that has followed or taken in the one
    that is named, a zone, the county. Whoever has no scope is here without one. -#}
with users_listed as (

    select * from {{ ref('stg_tool_users__users') }}

),

scopes as (

    select * from {{ ref('stg_tool_users__scopes') }}

),

clearances as (

    select * from {{ ref('stg_tool_users__clearances') }}

),

school_versions as (

    select * from {{ ref('int_school_versions') }}
    where valid_from_date <= {{ as_of_date() }} and {{ as_of_date() }} < valid_to_date

),

memberships as (

    select * from {{ ref('int_school_memberships') }}

),

-- of a user who is there twice the row that gives less speaks
users as (

    select * from users_listed
    qualify row_number() over (
        partition by user_id
        order by access_from_date desc nulls first, access_to_date asc nulls last, role_code asc nulls first
    ) = 1

),

named as (

    select user_id from users

    union

    select user_id from scopes

    union

    select user_id from clearances

),

-- a school is there as long as any that it was or is; the close date is its last day
schools_today as (

    select
        todays_school_durable_id,
        case
            when count(*) filter (where close_date is null) = 0 then {{ end_exclusive('max(close_date)') }}
            else {{ end_of_time() }}
        end as place_to_date
    from school_versions
    group by todays_school_durable_id

),

schools as (

    select
        school_versions.school_id,
        school_versions.todays_school_durable_id,
        schools_today.place_to_date
    from school_versions
    inner join schools_today on school_versions.todays_school_durable_id = schools_today.todays_school_durable_id
    -- one that a return alone names may be a slip of the pen
    where
        school_versions.is_in_register
        or school_versions.todays_pyramid_code is not null
        or school_versions.todays_zone_code is not null

),

zones as (

    select
        zone_code,
        min(valid_from_date) as place_from_date,
        max(valid_to_date) as place_to_date
    from memberships
    where zone_code is not null
    group by zone_code

),

resolved as (

    select
        named.user_id,
        users.user_id is not null as is_registered,
        users.role_code,
        users.organisation,
        users.access_from_date,
        users.access_to_date,
        coalesce(scopes.scope_level, 'none') as scope_level,
        case scopes.scope_level
            when 'school' then scopes.school_id
            when 'zone' then scopes.zone_code
        end as scope_id,
        case scopes.scope_level
            when 'school' then coalesce(schools.todays_school_durable_id, scopes.school_id)
            when 'zone' then scopes.zone_code
        end as place_id,
        case scopes.scope_level
            when 'school' then schools.school_id is not null
            when 'zone' then zones.zone_code is not null
            else scopes.scope_level is not null
        end as is_scope_known,
        coalesce(scopes.scope_from_date, users.access_from_date) as scope_from_date,
        scopes.scope_to_date,
        coalesce(zones.place_from_date, {{ beginning_of_time() }}) as place_from_date,
        coalesce(schools.place_to_date, zones.place_to_date, {{ end_of_time() }}) as place_to_date,
        -- the older of the two lists: who has left since is on neither as such
        least(users.extract_date, scopes.extract_date) as listed_date,
        coalesce(scopes.delivery_id, users.delivery_id) as delivery_id
    from named
    left join users on named.user_id = users.user_id
    left join scopes on named.user_id = scopes.user_id
    left join schools on scopes.scope_level = 'school' and scopes.school_id = schools.school_id
    left join zones on scopes.scope_level = 'zone' and scopes.zone_code = zones.zone_code

)

select * from resolved

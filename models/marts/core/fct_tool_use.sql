with tool_use as (

    select * from {{ ref('int_tool_use') }}

),

access as (

    select * from {{ ref('int_user_access') }}
    where not is_as_of

),

scopes as (

    select * from {{ ref('int_user_scopes') }}

),

-- the lists know the role of whoever used it, also in a month in which they had no business to
registered as (

    select
        user_id,
        max(role_code) as role_code
    from scopes
    where is_registered
    group by user_id

),

-- where a user belongs in a month, if it is to one school or one zone: how often the tool was used for which of
-- several nobody records
homes as (

    select
        user_id,
        access_month,
        min(scope_level) as scope_level,
        min(scope_id) as scope_id,
        min(place_id) as place_id,
        min(assessed_date) as assessed_date
    from access
    group by user_id, access_month
    having count(*) = 1

),

months as (

    select
        user_id,
        access_month,
        max(case when has_access then 1 else 0 end) = 1 as has_access
    from access
    group by user_id, access_month

),

schools as (

    select * from {{ ref('dim_school') }}

),

zones as (

    select * from {{ ref('dim_zone') }}

),

deliveries as (

    select * from {{ ref('dim_delivery') }}

),

keyed as (

    select
        {{ surrogate_key([user_key('tool_use.user_id'), 'tool_use.use_month']) }} as tool_use_key,
        {{ user_key('tool_use.user_id') }} as user_key,
        {{ or_unknown('schools.school_key') }} as school_key,
        {{ or_unknown('schools.school_durable_key') }} as school_durable_key,
        {{ or_unknown('schools.pyramid_key') }} as pyramid_key,
        coalesce(zones.zone_key, schools.zone_key, {{ unknown_key() }}) as zone_key,
        {{ or_unknown('deliveries.delivery_key') }} as delivery_key,
        {{ date_key('tool_use.use_month') }} as use_month_date_key,
        registered.role_code,
        tool_use.days_used,
        months.user_id is not null as is_registered,
        coalesce(months.has_access, false) as has_access,
        tool_use.is_month_complete,
        tool_use.use_month
    from tool_use
    left join registered on tool_use.user_id = registered.user_id
    left join months on tool_use.user_id = months.user_id and tool_use.use_month = months.access_month
    left join homes on tool_use.user_id = homes.user_id and tool_use.use_month = homes.access_month
    left join schools
        on
            homes.scope_level = 'school'
            and homes.scope_id = schools.school_id
            and {{ valid_on('homes.assessed_date', 'schools') }}
    left join zones on homes.scope_level = 'zone' and homes.place_id = zones.zone_code
    left join deliveries on tool_use.delivery_id = deliveries.delivery_id

)

select * from keyed

with access as (

    select * from {{ ref('int_user_access') }}
    where not is_as_of

),

-- in the version of the day, under the number that the scope names
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
        {{ surrogate_key([
            user_key('access.user_id'), 'access.scope_level', 'access.place_id', 'access.access_month'
        ]) }} as user_access_key,
        {{ user_key('access.user_id') }} as user_key,
        {{ or_unknown('schools.school_key') }} as school_key,
        {{ or_unknown('schools.school_durable_key') }} as school_durable_key,
        {{ or_unknown('schools.todays_school_durable_key') }} as todays_school_durable_key,
        {{ or_unknown('schools.pyramid_key') }} as pyramid_key,
        coalesce(zones.zone_key, schools.zone_key, {{ unknown_key() }}) as zone_key,
        {{ or_unknown('deliveries.delivery_key') }} as delivery_key,
        {{ date_key('access.access_month') }} as access_month_date_key,
        access.role_code,
        access.scope_level,
        access.has_access,
        access.no_access_reason_code,
        access.access_month,
        access.assessed_date
    from access
    left join schools
        on
            access.scope_level = 'school'
            and access.scope_id = schools.school_id
            and {{ valid_on('access.assessed_date', 'schools') }}
    left join zones on access.scope_level = 'zone' and access.place_id = zones.zone_code
    left join deliveries on access.delivery_id = deliveries.delivery_id

)

select * from keyed

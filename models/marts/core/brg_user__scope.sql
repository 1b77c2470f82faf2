with access as (

    select * from {{ ref('int_user_access') }}
    where is_as_of

),

reasons as (

    select * from {{ ref('ref_no_access_reason') }}

),

-- where the school is now, under whichever number the scope names it
schools as (

    select * from {{ ref('dim_school') }}
    where is_current and school_durable_key = todays_school_durable_key

),

zones as (

    select * from {{ ref('dim_zone') }}

),

deliveries as (

    select * from {{ ref('dim_delivery') }}

),

keyed as (

    select
        {{ surrogate_key([user_key('access.user_id'), 'access.scope_level', 'access.place_id']) }} as user_scope_key,
        {{ user_key('access.user_id') }} as user_key,
        {{ or_unknown('schools.school_key') }} as school_key,
        {{ or_unknown('schools.school_durable_key') }} as school_durable_key,
        {{ or_unknown('schools.todays_pyramid_key') }} as pyramid_key,
        coalesce(zones.zone_key, schools.todays_zone_key, {{ unknown_key() }}) as zone_key,
        {{ or_unknown('deliveries.delivery_key') }} as delivery_key,
        access.role_code,
        access.role_name,
        access.organisation,
        access.scope_level,
        access.scope_id,
        access.has_access,
        access.no_access_reason_code,
        reasons.reason_name as no_access_reason_name,
        access.is_registered,
        access.access_from_date,
        access.access_to_date,
        access.scope_from_date,
        access.scope_to_date,
        access.agreement_signed_date,
        access.agreement_expiry_date,
        access.dbs_check_date,
        access.listed_date,
        access.assessed_date as as_of_date
    from access
    left join reasons on access.no_access_reason_code = reasons.reason_code
    left join schools
        on
            access.scope_level = 'school'
            and {{ surrogate_key(['access.place_id']) }} = schools.school_durable_key
    left join zones on access.scope_level = 'zone' and access.place_id = zones.zone_code
    left join deliveries on access.delivery_id = deliveries.delivery_id

)

select * from keyed

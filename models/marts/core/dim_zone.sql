with memberships as (

    select * from {{ ref('int_school_memberships') }}

),

-- a zone that was renamed goes by its latest name
zones as (

    select
        zone_code,
        zone_name
    from memberships
    where zone_code is not null
    qualify row_number() over (
        partition by zone_code order by valid_from_date desc, valid_to_date desc, zone_name asc
    ) = 1

),

keyed as (

    select
        {{ surrogate_key(['zone_code']) }} as zone_key,
        zone_code,
        zone_name
    from zones

    union all

    select
        {{ unknown_key() }} as zone_key,
        {{ unknown_key() }} as zone_code,
        'Not known' as zone_name

)

select * from keyed

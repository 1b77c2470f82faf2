with area_zones as (

    select * from {{ ref('int_area_zones') }}

),

keyed as (

    select
        {{ surrogate_key(['lsoa_code', 'valid_from_date']) }} as area_zone_key,
        {{ surrogate_key(['lsoa_code']) }} as area_key,
        {{ key_or_unknown('zone_code') }} as zone_key,
        zone_basis,
        zone_share,
        valid_from_date,
        valid_to_date,
        valid_from_date <= {{ as_of_date() }} and {{ as_of_date() }} < valid_to_date as is_current
    from area_zones

)

select * from keyed

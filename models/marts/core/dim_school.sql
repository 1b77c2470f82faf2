with versions as (

    select * from {{ ref('int_school_versions') }}

),

keyed as (

    select
        {{ school_keys() }},
        {{ surrogate_key(['todays_school_durable_id']) }} as todays_school_durable_key,
        school_id,
        urn,
        coalesce(school_name, school_id) as school_name,
        phase_code,
        phase_name,
        establishment_type,
        postcode,
        pyramid_code,
        zone_code,
        {{ key_or_unknown('todays_pyramid_code') }} as todays_pyramid_key,
        {{ key_or_unknown('todays_zone_code') }} as todays_zone_key,
        open_date,
        close_date,
        is_in_register,
        pyramid_code is not null or zone_code is not null as is_on_map,
        valid_from_date,
        valid_to_date,
        -- A successor shares its predecessor's durable key, and so does what was merged into it: of all versions that
        -- have begun by the as-of date the last is current, of an open school before a closed one.
        row_number() over (
            partition by school_durable_id
            order by
                case when valid_from_date <= {{ as_of_date() }} then 0 else 1 end,
                case when {{ as_of_date() }} < valid_to_date then 0 else 1 end,
                case when close_date is null or close_date > {{ as_of_date() }} then 0 else 1 end,
                valid_from_date desc,
                open_date desc nulls last,
                school_id desc
        ) = 1 as is_current
    from versions

    union all

    select
        {{ unknown_key() }} as school_key,
        {{ unknown_key() }} as school_durable_key,
        {{ unknown_key() }} as pyramid_key,
        {{ unknown_key() }} as zone_key,
        {{ unknown_key() }} as todays_school_durable_key,
        {{ unknown_key() }} as school_id,
        null as urn,
        'Not known' as school_name,
        null as phase_code,
        null as phase_name,
        null as establishment_type,
        null as postcode,
        null as pyramid_code,
        null as zone_code,
        {{ unknown_key() }} as todays_pyramid_key,
        {{ unknown_key() }} as todays_zone_key,
        null as open_date,
        null as close_date,
        false as is_in_register,
        false as is_on_map,
        {{ beginning_of_time() }} as valid_from_date,
        {{ end_of_time() }} as valid_to_date,
        true as is_current

)

select * from keyed

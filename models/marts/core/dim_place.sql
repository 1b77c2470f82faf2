with zones as (

    select * from {{ ref('dim_zone') }}

),

pyramids as (

    select * from {{ ref('dim_pyramid') }}

),

schools as (

    select * from {{ ref('dim_school') }}

),

pyramid_zones as (

    select * from {{ ref('int_pyramid_zones') }}

),

pyramids_placed as (

    select
        pyramids.pyramid_key,
        pyramids.pyramid_code,
        pyramids.pyramid_name,
        {{ or_unknown('zones.zone_key') }} as zone_key,
        pyramid_zones.zone_code,
        coalesce(pyramid_zones.valid_from_date, {{ beginning_of_time() }}) as valid_from_date,
        coalesce(pyramid_zones.valid_to_date, {{ end_of_time() }}) as valid_to_date
    from pyramids
    left join pyramid_zones on pyramids.pyramid_code = pyramid_zones.pyramid_code
    left join zones on pyramid_zones.zone_code = zones.zone_code

),

placed as (

    select
        'school' as place_type,
        school_id as place_code,
        school_name as place_name,
        school_key,
        school_durable_key,
        pyramid_key,
        pyramid_code,
        zone_key,
        zone_code,
        valid_from_date,
        valid_to_date,
        is_current,
        school_key as version_key,
        school_durable_key as thing_key,
        'pyramid' as parent_type,
        pyramid_key as parent_key
    from schools

    union all

    select
        'pyramid' as place_type,
        pyramid_code as place_code,
        pyramid_name as place_name,
        null as school_key,
        null as school_durable_key,
        pyramid_key,
        nullif(pyramid_code, {{ unknown_key() }}) as pyramid_code,
        zone_key,
        zone_code,
        valid_from_date,
        valid_to_date,
        {{ valid_on(as_of_date(), 'pyramids_placed') }} as is_current,
        {{ surrogate_key(['pyramid_key', 'valid_from_date']) }} as version_key,
        pyramid_key as thing_key,
        'zone' as parent_type,
        zone_key as parent_key
    from pyramids_placed

    union all

    select
        'zone' as place_type,
        zone_code as place_code,
        zone_name as place_name,
        null as school_key,
        null as school_durable_key,
        null as pyramid_key,
        null as pyramid_code,
        zone_key,
        nullif(zone_code, {{ unknown_key() }}) as zone_code,
        {{ beginning_of_time() }} as valid_from_date,
        {{ end_of_time() }} as valid_to_date,
        true as is_current,
        zone_key as version_key,
        zone_key as thing_key,
        'county' as parent_type,
        null as parent_key
    from zones

),

-- a zone and a pyramid, or a pyramid and its school, may share a code: the kind of the place is part of its key
keyed as (

    select
        {{ surrogate_key(['place_type', 'version_key']) }} as place_key,
        {{ surrogate_key(['place_type', 'thing_key']) }} as place_durable_key,
        case
            when parent_type = 'county' then parent_type else {{ surrogate_key(['parent_type', 'parent_key']) }}
        end as parent_place_durable_key,
        place_type,
        place_code,
        place_name,
        school_key,
        school_durable_key,
        pyramid_key,
        pyramid_code,
        zone_key,
        zone_code,
        valid_from_date,
        valid_to_date,
        is_current
    from placed

    {% for place_type, place_name, parent in [
        ('county', 'County', 'null'), ('not_in_school', 'Not in school', "'county'"), ('unknown', 'Not known', 'null')
    ] %}
        union all

        select
            '{{ place_type }}' as place_key,
            '{{ place_type }}' as place_durable_key,
            {{ parent }} as parent_place_durable_key,
            '{{ place_type }}' as place_type,
            '{{ place_type }}' as place_code,
            '{{ place_name }}' as place_name,
            null as school_key,
            null as school_durable_key,
            null as pyramid_key,
            null as pyramid_code,
            null as zone_key,
            null as zone_code,
            {{ beginning_of_time() }} as valid_from_date,
            {{ end_of_time() }} as valid_to_date,
            true as is_current
    {% endfor %}

),

named as (

    select
        keyed.*,
        case when keyed.place_type = 'school' then keyed.place_code end as school_id,
        case when keyed.place_type = 'school' then keyed.place_name end as school_name,
        pyramids.pyramid_name,
        zones.zone_name
    from keyed
    left join pyramids on keyed.pyramid_key = pyramids.pyramid_key
    left join zones on keyed.zone_key = zones.zone_key

)

select * from named

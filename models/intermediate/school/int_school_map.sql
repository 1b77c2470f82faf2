{#- The map of schools, pyramids and zones: as Synergy delivers it, with what the council says of schools and of the
    names of zones in its place. -#}
with delivered as (

    select * from {{ ref('stg_synergy__schools') }}

),

own as (

    select * from {{ ref('ref_school_map') }}

),

zone_names as (

    select * from {{ ref('ref_zone_name') }}

),

-- a school of the council's own map is where that says, at all times
placed as (

    select
        school_id,
        school_name,
        phase,
        pyramid_code,
        pyramid_name,
        zone_code,
        zone_name,
        valid_from_date,
        valid_to_date,
        delivery_id,
        row_number_in_file
    from delivered
    where school_id is null or school_id not in (select own.school_id from own)

    union all

    select
        school_id,
        school_name,
        phase,
        pyramid_code,
        pyramid_name,
        zone_code,
        zone_name,
        valid_from_date,
        valid_to_date,
        cast(null as string) as delivery_id,
        cast(0 as bigint) as row_number_in_file
    from own

),

named as (

    select
        placed.school_id,
        placed.school_name,
        placed.phase,
        placed.pyramid_code,
        placed.pyramid_name,
        placed.zone_code,
        coalesce(zone_names.zone_name, placed.zone_name) as zone_name,
        placed.valid_from_date,
        placed.valid_to_date,
        placed.delivery_id,
        placed.row_number_in_file
    from placed
    left join zone_names on placed.zone_code = zone_names.zone_code

)

select * from named

{#- The zone that a small area belongs to, and from when to when: as the council's map says, else school year by school
    year the one in whose schools most of the children are who live there. By day an area of few children would go to and fro. -#}
with population as (

    select * from {{ ref('int_child_population') }}

),

homes as (

    select
        {{ child_key() }} as child_key,
        lsoa_code
    from {{ ref('int_child_versions') }}
    where lsoa_code is not null

),

schools as (

    select * from {{ ref('int_school_versions') }}
    where zone_code is not null

),

area_map as (

    select * from {{ ref('ref_area_map') }}

),

attended as (

    select
        homes.lsoa_code,
        {{ academic_year_start('population.as_of_date') }} as start_year,
        schools.zone_code,
        count(*) as children_count
    from population
    inner join homes on population.child_key = homes.child_key
    inner join schools
        on
            population.school_id = schools.school_id
            and {{ valid_on('population.as_of_date', 'schools') }}
    where homes.lsoa_code not in (select area_map.lsoa_code from area_map)
    group by homes.lsoa_code, start_year, schools.zone_code

),

shared as (

    select
        *,
        {{ rate('children_count', 'sum(children_count) over (partition by lsoa_code, start_year)') }} as zone_share
    from attended

),

most_attended as (

    select * from shared
    qualify row_number() over (
        partition by lsoa_code, start_year order by children_count desc, zone_code asc
    ) = 1

),

beside_earlier as (

    select
        *,
        lag(zone_code) over (partition by lsoa_code order by start_year) as earlier_zone_code
    from most_attended

),

numbered as (

    select
        *,
        count(*) filter (where zone_code is distinct from earlier_zone_code) over (
            partition by lsoa_code order by start_year
        ) as spell_number
    from beside_earlier

),

collapsed as (

    select
        lsoa_code,
        spell_number,
        zone_code,
        make_date(min(start_year), 9, 1) as from_date,
        {{ latest('zone_share', 'start_year') }} as zone_share
    from numbered
    group by lsoa_code, spell_number, zone_code

),

-- the first zone holds for all time before, and each until another has more of the children
area_zones as (

    select
        lsoa_code,
        zone_code,
        'schools' as zone_basis,
        zone_share,
        case when spell_number = 1 then {{ beginning_of_time() }} else from_date end as valid_from_date,
        coalesce(lead(from_date) over (partition by lsoa_code order by spell_number), {{ end_of_time() }})
            as valid_to_date
    from collapsed

    union all

    select
        lsoa_code,
        zone_code,
        'map' as zone_basis,
        null as zone_share,
        valid_from_date,
        valid_to_date
    from area_map

)

select * from area_zones

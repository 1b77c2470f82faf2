{#- Small areas: those of the deprivation index, and those that children live or lived in but the index does not
    know. -#}
with indexed as (

    select * from {{ ref('stg_deprivation__lsoa') }}

),

home_areas as (

    select distinct value as lsoa_code
    from {{ ref('int_child_traits') }}
    where trait = 'lsoa_code' and value is not null

),

-- Editions are in force side by side, on small areas of different years: of an area speaks the newest that knows it, so
-- that none loses its decile when the map changes.
latest as (

    select * from indexed
    where lsoa_code is not null
    qualify row_number() over (
        partition by lsoa_code order by extract_date desc, delivery_id desc, row_number_in_file asc
    ) = 1

),

areas as (

    select
        coalesce(latest.lsoa_code, home_areas.lsoa_code) as lsoa_code,
        latest.lsoa_name,
        latest.lad_code,
        latest.lad_name,
        latest.imd_rank,
        latest.imd_decile,
        latest.idaci_rank,
        latest.idaci_decile,
        latest.index_edition,
        latest.delivery_id
    from latest
    full outer join home_areas on latest.lsoa_code = home_areas.lsoa_code

)

select * from areas

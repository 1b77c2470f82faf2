with areas as (

    select * from {{ ref('int_areas') }}

),

keyed as (

    select
        {{ surrogate_key(['lsoa_code']) }} as area_key,
        lsoa_code,
        lsoa_name,
        lad_code,
        lad_name,
        imd_rank,
        imd_decile,
        idaci_rank,
        idaci_decile,
        index_edition
    from areas

    union all

    select
        {{ unknown_key() }} as area_key,
        {{ unknown_key() }} as lsoa_code,
        'Not known' as lsoa_name,
        null as lad_code,
        null as lad_name,
        null as imd_rank,
        null as imd_decile,
        null as idaci_rank,
        null as idaci_decile,
        null as index_edition

)

select * from keyed

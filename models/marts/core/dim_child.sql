with children as (

    select * from {{ ref('int_children') }}

),

child_versions as (

    select * from {{ ref('int_child_versions') }}

),

areas as (

    select * from {{ ref('dim_area') }}

),

versions as (

    select
        child_versions.child_durable_key,
        child_versions.sex,
        cast(date_trunc('month', children.birth_date) as date) as birth_month,
        child_versions.nc_year,
        child_versions.is_nc_year_stated,
        child_versions.ethnicity_group,
        {{ or_unknown('areas.area_key') }} as area_key,
        children.is_young_carer,
        children.first_seen_date,
        children.last_seen_date,
        child_versions.valid_from_date,
        child_versions.valid_to_date
    from child_versions
    inner join children on child_versions.child_durable_key = children.child_durable_key
    left join areas on child_versions.lsoa_code = areas.lsoa_code

),

keyed as (

    select
        {{ child_key() }} as child_key,
        child_durable_key,
        sex,
        birth_month,
        nc_year,
        is_nc_year_stated,
        ethnicity_group,
        area_key,
        is_young_carer,
        first_seen_date,
        last_seen_date,
        valid_from_date,
        valid_to_date,
        -- a version that begins after the as-of date is known, and not current yet
        valid_from_date <= {{ as_of_date() }} and {{ as_of_date() }} < valid_to_date as is_current
    from versions

    union all

    select
        {{ unknown_key() }} as child_key,
        {{ unknown_key() }} as child_durable_key,
        null as sex,
        null as birth_month,
        null as nc_year,
        false as is_nc_year_stated,
        null as ethnicity_group,
        {{ unknown_key() }} as area_key,
        null as is_young_carer,
        null as first_seen_date,
        null as last_seen_date,
        {{ beginning_of_time() }} as valid_from_date,
        {{ end_of_time() }} as valid_to_date,
        true as is_current

)

select * from keyed

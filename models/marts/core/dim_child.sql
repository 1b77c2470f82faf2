with children as (

    select * from {{ ref('int_children') }}

),

areas as (

    select * from {{ ref('dim_area') }}

),

-- the year group of the latest registration, main registrations first
year_groups as (

    select
        child_durable_key,
        nc_year
    from {{ ref('int_enrolment_spells') }}
    where nc_year is not null
    qualify row_number() over (
        partition by child_durable_key order by is_main desc, start_date desc, end_date desc, school_id asc
    ) = 1

),

-- one version each for now; the key is made as for many
versions as (

    select
        children.child_durable_key,
        children.sex,
        cast(date_trunc('month', children.birth_date) as date) as birth_month,
        year_groups.nc_year,
        children.ethnicity_group,
        {{ or_unknown('areas.area_key') }} as area_key,
        children.first_seen_date,
        children.last_seen_date,
        {{ beginning_of_time() }} as valid_from_date,
        {{ end_of_time() }} as valid_to_date
    from children
    left join year_groups on children.child_durable_key = year_groups.child_durable_key
    left join areas on children.lsoa_code = areas.lsoa_code

),

keyed as (

    select
        {{ surrogate_key(['child_durable_key', 'valid_from_date']) }} as child_key,
        child_durable_key,
        sex,
        birth_month,
        nc_year,
        ethnicity_group,
        area_key,
        first_seen_date,
        last_seen_date,
        valid_from_date,
        valid_to_date,
        valid_to_date = {{ end_of_time() }} as is_current
    from versions

    union all

    select
        {{ unknown_key() }} as child_key,
        {{ unknown_key() }} as child_durable_key,
        null as sex,
        null as birth_month,
        null as nc_year,
        null as ethnicity_group,
        {{ unknown_key() }} as area_key,
        null as first_seen_date,
        null as last_seen_date,
        {{ beginning_of_time() }} as valid_from_date,
        {{ end_of_time() }} as valid_to_date,
        true as is_current

)

select * from keyed

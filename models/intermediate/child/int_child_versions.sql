{#- A child over time: a version for as long as year group, sex, ethnic group and home area stay the same. -#}
with children as (

    select * from {{ ref('int_children') }}

),

year_groups as (

    select * from {{ ref('int_child_year_groups') }}

),

traits as (

    select * from {{ ref('int_child_traits') }}

),

change_dates as (

    select
        child_durable_key,
        {{ beginning_of_time() }} as valid_from_date
    from children

    union

    select
        child_durable_key,
        valid_from_date
    from year_groups

    union

    select
        child_durable_key,
        valid_from_date
    from traits

),

-- versions fill all time, so that every event finds its child
spans as (

    select
        child_durable_key,
        valid_from_date,
        coalesce(
            lead(valid_from_date) over (partition by child_durable_key order by valid_from_date), {{ end_of_time() }}
        ) as valid_to_date
    from change_dates

),

versions as (

    select
        spans.child_durable_key,
        year_groups.nc_year,
        sexes.value as sex,
        coalesce(ethnicities.value, 'Not known') as ethnicity_group,
        homes.value as lsoa_code,
        coalesce(year_groups.is_stated, false) as is_nc_year_stated,
        spans.valid_from_date,
        spans.valid_to_date
    from spans
    inner join children on spans.child_durable_key = children.child_durable_key
    left join year_groups
        on
            spans.child_durable_key = year_groups.child_durable_key
            and {{ valid_on('spans.valid_from_date', 'year_groups') }}
    left join traits as sexes
        on
            spans.child_durable_key = sexes.child_durable_key
            and sexes.trait = 'sex'
            and {{ valid_on('spans.valid_from_date', 'sexes') }}
    left join traits as ethnicities
        on
            spans.child_durable_key = ethnicities.child_durable_key
            and ethnicities.trait = 'ethnicity_group'
            and {{ valid_on('spans.valid_from_date', 'ethnicities') }}
    left join traits as homes
        on
            spans.child_durable_key = homes.child_durable_key
            and homes.trait = 'lsoa_code'
            and {{ valid_on('spans.valid_from_date', 'homes') }}

)

select * from versions

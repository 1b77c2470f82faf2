{#- A child's NC year over time. In a year of which no source speaks a child is in the year group that follows from the
    nearest year one speaks of. -#}
{%- set years = range(calendar_first_year() | int, calendar_last_year() | int + 1) -%}
with children as (

    select * from {{ ref('int_children') }}

),

stated as (

    select * from {{ ref('int_year_groups_stated') }}

),

spells as (

    select * from {{ ref('int_enrolment_spells') }}

),

year_groups as (

    select * from {{ ref('ref_nc_year') }}

),

academic_years as (

    {% for year in years %}
        select
            {{ year }} as year_start,
            cast('{{ year }}-09-01' as date) as first_day
        {{ 'union all' if not loop.last }}
    {% endfor %}

),

-- each year that a source speaks of, the first and last word of it, and the years that follow from it
stated_years as (

    select
        child_durable_key,
        year_start,
        {{ earliest('nc_year', 'from_date') }} as first_nc_year,
        {{ latest('nc_year', 'from_date') }} as last_nc_year,
        lag(year_start) over (partition by child_durable_key order by year_start) as previous_year_start,
        lead(year_start) over (partition by child_durable_key order by year_start) as next_year_start
    from stated
    group by child_durable_key, year_start

),

-- a child is followed while a source knows the child or a registration lasts
last_days as (

    select
        child_durable_key,
        max(least(end_date, {{ as_of_date() }})) as last_day
    from spells
    group by child_durable_key

),

year_ranges as (

    select
        children.child_durable_key,
        {{ academic_year_start('children.first_seen_date') }} as from_year,
        {{ academic_year_start(
            'greatest(children.last_seen_date, coalesce(last_days.last_day, children.last_seen_date))'
        ) }} as to_year
    from children
    left join last_days on children.child_durable_key = last_days.child_durable_key

),

missing_years as (

    select
        stated_years.child_durable_key,
        academic_years.first_day,
        academic_years.year_start - stated_years.year_start as years_on,
        case
            when academic_years.year_start < stated_years.year_start then stated_years.first_nc_year
            else stated_years.last_nc_year
        end as nc_year
    from stated_years
    inner join year_ranges on stated_years.child_durable_key = year_ranges.child_durable_key
    inner join academic_years
        on
            year_ranges.from_year <= academic_years.year_start
            and year_ranges.to_year >= academic_years.year_start
            and stated_years.year_start <> academic_years.year_start
            and (stated_years.previous_year_start is null or stated_years.year_start < academic_years.year_start)
            and (stated_years.next_year_start is null or stated_years.next_year_start > academic_years.year_start)

),

-- A year on is the group a year older. No year group is that old or young, or the class was of mixed ages: not known.
inferred as (

    select
        missing_years.child_durable_key,
        other_groups.nc_year,
        missing_years.first_day as from_date
    from missing_years
    left join year_groups as groups on missing_years.nc_year = groups.nc_year
    left join year_groups as other_groups
        on groups.age_at_start_of_year + missing_years.years_on = other_groups.age_at_start_of_year

),

all_years as (

    select
        child_durable_key,
        nc_year,
        true as is_stated,
        from_date
    from stated

    union all

    select
        child_durable_key,
        nc_year,
        false as is_stated,
        from_date
    from inferred

),

changes as (

    select
        *,
        row_number() over (partition by child_durable_key order by from_date) as change_number
    from all_years
    qualify
        row_number() over (partition by child_durable_key order by from_date) = 1
        or nc_year is distinct from lag(nc_year) over (partition by child_durable_key order by from_date)
        or is_stated is distinct from lag(is_stated) over (partition by child_durable_key order by from_date)

),

spans as (

    select
        child_durable_key,
        nc_year,
        is_stated,
        case change_number when 1 then {{ beginning_of_time() }} else from_date end as valid_from_date,
        coalesce(
            lead(from_date) over (partition by child_durable_key order by from_date), {{ end_of_time() }}
        ) as valid_to_date
    from changes

)

select * from spans

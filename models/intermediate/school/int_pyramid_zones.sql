{#- Which zone a pyramid lies in, and when: where its schools do. -#}
with memberships as (

    select distinct
        pyramid_code,
        zone_code,
        valid_from_date,
        valid_to_date
    from {{ ref('int_school_versions') }}
    where pyramid_code is not null

),

change_dates as (

    select
        pyramid_code,
        valid_from_date as day
    from memberships

    union

    select
        pyramid_code,
        valid_to_date as day
    from memberships

),

-- a test holds the schools of a pyramid in one zone
zones_on_dates as (

    select
        change_dates.pyramid_code,
        change_dates.day,
        memberships.zone_code
    from change_dates
    inner join memberships
        on
            change_dates.pyramid_code = memberships.pyramid_code
            and {{ valid_on('change_dates.day', 'memberships') }}
    qualify row_number() over (
        partition by change_dates.pyramid_code, change_dates.day order by memberships.zone_code asc nulls last
    ) = 1

),

compared as (

    select
        *,
        row_number() over (partition by pyramid_code order by day) = 1 as is_first,
        lag(zone_code) over (partition by pyramid_code order by day) as zone_code_before
    from zones_on_dates

),

-- the first zone holds for all time before, each until the next
zones as (

    select
        pyramid_code,
        zone_code,
        case when is_first then {{ beginning_of_time() }} else day end as valid_from_date,
        coalesce(lead(day) over (partition by pyramid_code order by day), {{ end_of_time() }}) as valid_to_date
    from compared
    where is_first or zone_code is distinct from zone_code_before

)

select * from zones

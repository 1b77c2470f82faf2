-- What is told: the county on every date, its zones and schools on the current one. How many would be raised follows from
-- the other three numbers, and is told with them.
create or replace temp table what_if_shown as
with places as (
    select tree, flag_code, as_of_date, is_current, 0 as level, place, zone_name, school_name, raised_now, raised_then, gained, lost
    from school_change

    union all

    select tree, flag_code, as_of_date, is_current, 2, zone_name, zone_name, null, sum(raised_now), sum(raised_then), sum(gained), sum(lost)
    from school_change
    group by all

    union all

    select tree, flag_code, as_of_date, is_current, 3, 'county', null, null, sum(raised_now), sum(raised_then), sum(gained), sum(lost)
    from school_change
    group by all
),

marked as (
    select
        *,
        (tree, level, place) in (select (tree, level, place) from hidden where step = 'now') as is_now_hidden,
        (tree, level, place) in (select (tree, level, place) from hidden) as is_hidden
    from places
)

select
    flag_code,
    as_of_date,
    is_current,
    level,
    zone_name,
    school_name,
    case when not is_now_hidden then cast(raised_now as integer) end as raised_now,
    case when not is_hidden then cast(raised_then as integer) end as raised_then,
    case when not is_hidden then cast(gained as integer) end as gained,
    case when not is_hidden then cast(lost as integer) end as lost
from marked
where is_current or level = 3;

-- What the release before told. A number that was not available is told by nobody, and was not hidden either.
insert into before_count
with rows_before as (
    select
        *,
        case place_type when 'school' then 0 when 'pyramid' then 1 when 'zone' then 2 else 3 end as level
    from before.open_data.flag_count
)

select distinct
    'children' as step,
    'every' as flag_code,
    as_of_date,
    level,
    place_code,
    pyramid_code,
    zone_code,
    children_count,
    coalesce(children_mark = 'c', false) as is_hidden
from rows_before

union all

select
    'raised',
    flag_code,
    as_of_date,
    level,
    place_code,
    pyramid_code,
    zone_code,
    raised_count,
    coalesce(raised_mark = 'c', false)
from rows_before

union all

select
    'assessable',
    flag_code,
    as_of_date,
    level,
    place_code,
    pyramid_code,
    zone_code,
    assessable_count,
    coalesce(assessable_mark = 'c', false)
from rows_before;

-- Changes counted by school. Schools of a zone that is not on the map, and those of a child in none, are places as well.
create or replace temp table school_change as
select
    flag_code || ' ' || as_of_date as tree,
    flag_code,
    as_of_date,
    is_current,
    zone_name,
    school_name,
    zone_name || ': ' || school_name as place,
    count(*) as children,
    count(*) filter (where state_now = 'raised') as raised_now,
    count(*) filter (where state_then = 'raised') as raised_then,
    count(*) filter (where state_then = 'raised' and state_now <> 'raised') as gained,
    count(*) filter (where state_now = 'raised' and state_then <> 'raised') as lost
from what_if_change
group by all;

create or replace temp table hidden (step varchar, tree varchar, level integer, place varchar);

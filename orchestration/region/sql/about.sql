-- What a region's release is made of, and what is hidden below it. What a council or a zone is told of elsewhere is what
-- the open file of the council tells.
create schema release.region;

create table release.region.council as
select * exclude (turn)
from council
order by turn;

create table release.region.mark as
select
    mark,
    any_value(meaning) as meaning,
    any_value(display_order) as display_order
from suppression_mark
group by mark

union all

values ('v', 'Not added up: councils judge the flag by different rules on the day', 5)
order by display_order;

-- For the next release: what no council tells is hidden there too, and nothing may follow from the two together.
create table release.region.hidden_part as
select
    step,
    flag_code,
    academic_year,
    half_term,
    council_code,
    place_code as school_code
from uncovered
order by all;

-- What the steps of suppression are given for the totals of flags. A council that tells its own number hides nothing;
-- of one that does not, what is uncovered is a place below the region, hidden to begin with. By `grain` it is one place
-- a council, for a council takes its own numbers off the total, or one a school, for so does a school.
create or replace temp table leaf as
select
    step,
    flag_code,
    region_date,
    council_code || if(getvariable('grain') = 'council', '', '/' || place_code) as place,
    sum(children)::bigint as children,
    sum(assessable)::bigint as assessable,
    sum(raised)::bigint as raised
from uncovered
group by all;

create or replace temp table step_count as
select
    step,
    flag_code,
    region_date as as_of_date,
    place,
    null::varchar as pyramid_code,
    null::varchar as zone_code,
    raised,
    if(step = 'raised', children, assessable) - raised as not_raised,
    if(step = 'raised', 0, children - assessable) as not_assessable,
    null::bigint as told,
    false as is_nobody_assessable
from leaf;

delete from hidden;

insert into hidden
select
    if(step = 'raised', 'children', 'raised'),
    flag_code,
    region_date,
    0,
    place
from leaf;

-- where children are not told, nothing of them is
insert into hidden
select distinct
    'children',
    'every',
    region_date,
    3,
    'county'
from of_council
where place_type = 'county' and children_mark is not distinct from 'c';

delete from before_count;

insert into before_count
select distinct
    told.step,
    told.flag_code,
    half_terms.region_date,
    told.level,
    if(told.level = 0 and getvariable('grain') = 'council', split_part(told.place, '/', 1), told.place),
    null,
    null,
    told.told,
    told.is_hidden
from told_before as told
inner join half_term as half_terms using (academic_year, half_term);

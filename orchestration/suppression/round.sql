-- One round at one level: what each published place whose group is not safe gives up. A choice is a school to hide, or
-- a smaller place to hide so that its group joins; whatever stands between goes as well. `given_up` lists the places
-- (level 0 is a school) to hide.
create or replace temp table below as
select
    unsafe.place,
    schools.tree,
    schools.place as school,
    schools.place_order,
    schools.is_hidden,
    schools.block,
    schools.is_block_broken,
    schools.raised,
    schools.not_raised,
    schools.not_assessable,
    case when getvariable('level') > 1 and not pyramids.is_hidden then schools.pyramid_code end as pyramid_between,
    case when getvariable('level') > 2 and not zones.is_hidden then schools.zone_code end as zone_between
from unsafe
inner join school_count as schools
    on
        unsafe.tree = schools.tree
        and unsafe.place
        = case getvariable('level') when 1 then schools.pyramid_code when 2 then schools.zone_code else 'county' end
left join place_shown as pyramids
    on schools.tree = pyramids.tree and pyramids.level = 1 and schools.pyramid_code = pyramids.place
left join place_shown as zones
    on schools.tree = zones.tree and zones.level = 2 and schools.zone_code = zones.place
where not schools.is_known;

create or replace temp table choices as
select distinct
    tree,
    place,
    'school ' || school as choice,
    school,
    pyramid_between,
    zone_between,
    place_order
from below
where not is_hidden

union all

-- a pyramid in a zone that is published gives its group to that zone, not to the place in need
select
    tree,
    place,
    'pyramid ' || pyramid_between,
    null,
    pyramid_between,
    null,
    min(place_order)
from below
where is_hidden and pyramid_between is not null and zone_between is null
group by tree, place, pyramid_between

union all

select
    tree,
    place,
    'zone ' || zone_between,
    null,
    null,
    zone_between,
    min(place_order)
from below
where is_hidden and pyramid_between is null and zone_between is not null
group by tree, place, zone_between;

create or replace temp table groups_to_be as
select
    choices.tree,
    choices.place,
    choices.choice,
    below.block,
    below.is_block_broken,
    below.raised,
    below.not_raised,
    below.not_assessable
from choices
inner join below
    on
        choices.tree = below.tree
        and choices.place = below.place
        and (
            choices.school = below.school
            -- the group as it is, and the groups of what is hidden to let the school join
            or (
                below.is_hidden
                and (
                    below.pyramid_between is null
                    or below.pyramid_between is not distinct from choices.pyramid_between
                )
                and (
                    below.pyramid_between is not null
                    or below.zone_between is null
                    or below.zone_between is not distinct from choices.zone_between
                )
            )
        )

union all

select
    tree,
    place,
    'everything',
    block,
    is_block_broken,
    raised,
    not_raised,
    not_assessable
from below;

create or replace temp table made as
with verdicts as (

    select * from judged('groups_to_be')

),

possible as (
    select
        tree,
        place
    from verdicts
    where choice = 'everything' and is_safe
)

select
    choices.*,
    verdicts.is_safe
from choices
inner join verdicts using (tree, place, choice)
inner join possible using (tree, place)
qualify row_number() over (
    partition by tree, place
    order by
        not verdicts.is_safe,
        case when verdicts.is_safe then 0 else verdicts.wants end,
        choices.zone_between is not null,
        choices.pyramid_between is not null,
        choices.place_order
) = 1;

create or replace temp table given_up as
select
    tree,
    0 as level,
    school as place
from made
where school is not null

union

select
    tree,
    1,
    pyramid_between
from made
where pyramid_between is not null

union

select
    tree,
    2,
    zone_between
from made
where zone_between is not null

union

-- nothing below can make it safe: the place is hidden, and its group passes to the place above
select
    unsafe.tree,
    getvariable('level'),
    unsafe.place
from unsafe
anti join made on unsafe.tree = made.tree and unsafe.place = made.place;

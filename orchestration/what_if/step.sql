-- The trees of one step, a tree for each flag and date: who is raised now; then who would be gained, and who lost. What
-- the first step hides the second hides too. Of dates that have passed the county alone is told.
create or replace temp table school_count as
with numbers as (
    select
        *,
        'now' as step,
        'new' as block,
        raised_now as raised,
        children - raised_now as not_raised,
        0 as set_apart,
        false as is_known
    from school_change

    union all

    select *, 'change', 'new: gained', gained, children - raised_now - gained, 0, false
    from school_change

    union all

    -- Who would stay is told with who would be lost: few is too few, nobody is not, for the rule alone says it. Where it
    -- is told that nobody is raised, nobody can be lost, and nobody is hidden behind it.
    select
        *, 'change', 'new: lost', lost, children - raised_now, raised_now - lost,
        raised_now = 0 and (tree, place) not in (select (tree, place) from hidden where step = 'now' and level = 0)
    from school_change
)

select
    tree,
    place,
    cast(null as varchar) as pyramid_code,
    zone_name as zone_code,
    -- the smallest schools are taken first
    row_number() over (partition by tree, block order by children, place) as place_order,
    raised,
    not_raised,
    set_apart as not_assessable,
    block,
    false as is_block_broken,
    not is_current or (tree, place) in (select (tree, place) from hidden where level = 0) as is_hidden,
    is_known
from numbers
where step = getvariable('step');

create or replace temp table place_shown as
select distinct
    tree,
    2 as level,
    zone_name as place,
    not is_current or (tree, zone_name) in (select (tree, place) from hidden where level = 2) as is_hidden
from school_change

union all

select distinct tree, 3, 'county', (tree, 'county') in (select (tree, place) from hidden where level = 3)
from school_change;

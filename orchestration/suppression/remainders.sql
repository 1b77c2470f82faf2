-- Schools that the release before hid under one sum may now lie apart: some under a sum that is told, some under none.
-- The old sum less the new one would be those, so where they are not safe by themselves the new one is given up.
create or replace temp table groups_now as
select
    tree,
    block as place,
    'as it is' as choice,
    block,
    is_block_broken,
    raised,
    not_raised,
    not_assessable
from held
where holder_level = 0 and not starts_with(block, 'new');

create or replace temp table given_up as
select distinct
    held.tree,
    held.holder_level as level,
    held.holder as place
from held
inner join judged('groups_now') as remainders
    on held.tree = remainders.tree and held.block = remainders.place
where held.holder_level > 0 and not remainders.is_safe;

-- What must hold of a sum of children for nothing to follow from it.
create or replace temp macro is_safe_sum(raised, not_raised, not_assessable) as
    (raised = 0 or raised >= getvariable('threshold'))
    and (not_assessable = 0 or not_assessable >= getvariable('threshold'))
    -- nobody not raised says that everybody is, unless nobody could be assessed
    and (not_raised >= getvariable('threshold') or (not_raised = 0 and raised = 0));

-- Groups as they are or as they would be, judged. A group falls into blocks: schools that the release before hid under
-- one sum, and all others; or the numbers that are told of the same schools. Whoever reads can tell the blocks apart, so
-- each must be safe by itself.
-- Whoever knows one school's numbers takes them off, so a block must be safe without any one of its schools. A block
-- that has lost a school is never safe: what it was less what it is would be that school.
create or replace temp macro judged(groups) as table
with sums as (
    select
        tree,
        place,
        choice,
        block,
        is_block_broken,
        count(*) over one_block as schools_count,
        sum(raised) over one_block as block_raised,
        sum(not_raised) over one_block as block_not_raised,
        sum(not_assessable) over one_block as block_not_assessable,
        is_safe_sum(
            block_raised - raised, block_not_raised - not_raised, block_not_assessable - not_assessable
        ) as is_safe_without
    from query_table(groups)
    window one_block as (partition by tree, place, choice, block)
),

blocks as (
    select
        tree,
        place,
        choice,
        block,
        any_value(schools_count) >= getvariable('minimum_hidden_places')
        and not bool_or(is_block_broken) as has_enough,
        is_safe_sum(
            any_value(block_raised), any_value(block_not_raised), any_value(block_not_assessable)
        ) as is_safe_together,
        bool_and(is_safe_without) or not getvariable('is_insider_withstood') as is_safe_from_within
    from sums
    group by tree, place, choice, block
)

select
    tree,
    place,
    choice,
    bool_and(has_enough and is_safe_together and is_safe_from_within) as is_safe,
    count_if(not has_enough) + count_if(not is_safe_together) + count_if(not is_safe_from_within) as wants
from blocks
group by tree, place, choice;

-- The trees of one step, a tree for each flag and half term: what is hidden to begin with, and what is known already.
create or replace temp table school_count as
with now as (
    select
        *,
        flag_code || ' ' || as_of_date as tree
    from step_count
    where step = getvariable('step')
),

before as (
    select
        *,
        flag_code || ' ' || as_of_date as tree
    from before_count
    where step = getvariable('step')
),

-- the place whose sum covered a school that was hidden, on the map as it was then
covered as (
    select
        schools.tree,
        schools.place,
        case
            when not pyramids.is_hidden then 'pyramid ' || pyramids.place
            when not zones.is_hidden then 'zone ' || zones.place
            when not counties.is_hidden then 'county'
        end as block
    from before as schools
    left join before as pyramids
        on schools.tree = pyramids.tree and pyramids.level = 1 and schools.pyramid_code = pyramids.place
    left join before as zones
        on schools.tree = zones.tree and zones.level = 2 and schools.zone_code = zones.place
    left join before as counties
        on schools.tree = counties.tree and counties.level = 3
    where schools.level = 0 and schools.is_hidden
),

-- a school that was hidden in a block and has no children any more would be the difference of two sums
broken as (
    select distinct
        covered.tree,
        covered.block
    from covered
    anti join now on covered.tree = now.tree and covered.place = now.place
),

-- schools that are small most often are taken first, so that half term after half term it is the same ones
ordered as (
    select
        flag_code,
        place,
        row_number() over (
            partition by flag_code
            order by
                count_if(not is_safe_sum(raised, not_raised, not_assessable)) desc,
                sum(raised + not_raised + not_assessable),
                place
        ) as place_order
    from now
    group by flag_code, place
)

select
    now.tree,
    now.flag_code,
    now.as_of_date,
    now.place,
    now.pyramid_code,
    now.zone_code,
    now.raised,
    now.not_raised,
    now.not_assessable,
    ordered.place_order,
    coalesce(covered.block, 'new') as block,
    broken.tree is not null as is_block_broken,
    coalesce(before.is_hidden, false) or earlier.place is not null as is_hidden,
    case
        when before.told = now.told then true
        else now.is_nobody_assessable and not coalesce(before.is_hidden, false) and earlier.place is null
    end as is_known
from now
inner join ordered on now.flag_code = ordered.flag_code and now.place = ordered.place
left join before on now.tree = before.tree and before.level = 0 and now.place = before.place
left join covered on now.tree = covered.tree and now.place = covered.place
left join broken on covered.tree = broken.tree and covered.block = broken.block
left join hidden as earlier
    on
        earlier.step = getvariable('step_before')
        and earlier.flag_code in ('every', now.flag_code)
        and now.as_of_date = earlier.as_of_date
        and earlier.level = 0
        and now.place = earlier.place;

create or replace temp table place_shown as
with places as (
    select distinct tree, flag_code, as_of_date, 1 as level, pyramid_code as place
    from school_count
    where pyramid_code is not null

    union all

    select distinct tree, flag_code, as_of_date, 2, zone_code
    from school_count
    where zone_code is not null

    union all

    select distinct tree, flag_code, as_of_date, 3, 'county'
    from school_count
)

select
    places.*,
    coalesce(before.is_hidden, false) or earlier.place is not null as is_hidden
from places
left join before_count as before
    on
        before.step = getvariable('step')
        and places.flag_code = before.flag_code
        and places.as_of_date = before.as_of_date
        and places.level = before.level
        and places.place = before.place
left join hidden as earlier
    on
        earlier.step = getvariable('step_before')
        and earlier.flag_code in ('every', places.flag_code)
        and places.as_of_date = earlier.as_of_date
        and places.level = earlier.level
        and places.place = earlier.place;

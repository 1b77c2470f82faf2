-- Any flag is not a sum of flags, but it is bound to them: in each school no fewer than the largest flag, no more than
-- all of them together and no more than the children. So it is told of a zone only where it agrees with every number
-- that the hidden ones could be; then it narrows none of them down. Runs when the step `raised` is done.
insert into hidden
with groups as (
    select
        tree,
        holder_level,
        holder,
        sum(raised) as group_raised,
        sum(raised + not_raised) as group_children
    from hidden_school
    group by tree, holder_level, holder
),

children_hidden as (
    select * from hidden
    where step = 'children'
),

-- what the number could be of each school and flag: it alone where it is told
bounds as (
    select
        schools.as_of_date,
        schools.zone_code,
        schools.place,
        if(children_hidden.place is null, schools.raised + schools.not_raised, 0) as least_children,
        if(hidden_school.place is null, schools.raised, least(
            if(children_hidden.place is null, schools.raised + schools.not_raised, groups.group_children),
            if(hidden_school.holder_level = 0, groups.group_children, groups.group_raised)
        )) as most_raised,
        case
            when hidden_school.place is null then schools.raised
            when hidden_school.holder_level = 0 then 0
            else greatest(0, least_children - (groups.group_children - groups.group_raised))
        end as least_raised
    from school_count as schools
    left join children_hidden
        on
            schools.as_of_date = children_hidden.as_of_date
            and children_hidden.level = 0
            and schools.place = children_hidden.place
    left join hidden_school on schools.tree = hidden_school.tree and schools.place = hidden_school.place
    left join groups
        on
            hidden_school.tree = groups.tree
            and hidden_school.holder_level = groups.holder_level
            and hidden_school.holder is not distinct from groups.holder
),

schools as (
    select
        bounds.as_of_date,
        bounds.zone_code,
        bounds.place,
        any_value(counted.raised_count) as raised,
        any_value(counted.children_count) as children,
        max(bounds.most_raised) as least_any,
        least(any_value(bounds.least_children), sum(bounds.least_raised)) as most_any
    from bounds
    inner join school_flag as counted
        on bounds.as_of_date = counted.as_of_date and bounds.place = counted.place and counted.is_summary
    group by bounds.as_of_date, bounds.zone_code, bounds.place
),

-- whoever knows one school's numbers takes them off: what is left must agree as well
zones as (
    select
        as_of_date,
        zone_code,
        sum(raised) as raised,
        sum(children) as children,
        sum(least_any) + if(getvariable('is_insider_withstood'), greatest(0, max(raised - least_any)), 0) as least_any,
        sum(most_any) - if(getvariable('is_insider_withstood'), greatest(0, max(most_any - raised)), 0) as most_any
    from schools
    group by as_of_date, zone_code
),

before as (
    select
        as_of_date,
        level,
        place,
        told,
        is_hidden
    from before_count
    where step = 'raised' and flag_code = 'any'
),

hidden_already as (
    select as_of_date, level, place from children_hidden
    union
    select as_of_date, level, place from before
    where is_hidden
),

judged_alone as (
    select
        zones.*,
        zones.zone_code is not null
        and hidden_already.place is null
        and zones.raised between zones.least_any and zones.most_any
        and is_safe_sum(zones.raised, zones.children - zones.raised, 0) as may_be_told,
        coalesce(before.told = zones.raised, false) as is_known
    from zones
    left join hidden_already
        on
            zones.as_of_date = hidden_already.as_of_date
            and hidden_already.level = 2
            and zones.zone_code = hidden_already.place
    left join before
        on zones.as_of_date = before.as_of_date and before.level = 2 and zones.zone_code = before.place
),

-- The county's number gives the sum of the zones that are not told, which must agree too. Zones with the most room are
-- added to them until it does; a zone that the release before told adds none.
together as (
    select
        *,
        row_number() over in_turn as turn,
        is_safe_sum(sum(raised) over in_turn, sum(children - raised) over in_turn, 0)
        and sum(raised) over in_turn between sum(least_any) over in_turn and sum(most_any) over in_turn as is_enough,
        count_if(not may_be_told) over (partition by as_of_date) as alone_count
    from judged_alone
    window in_turn as (
        partition by as_of_date
        order by may_be_told, is_known, least(raised - least_any, most_any - raised) desc, zone_code
        rows unbounded preceding
    )
),

counties as (
    select
        together.as_of_date,
        case
            when any_value(together.alone_count) = 0 then 0
            else min(together.turn) filter (
                where together.is_enough
                and together.turn >= together.alone_count
                and (not together.is_known or not together.may_be_told)
            )
        end as zones_hidden
    from together
    left join hidden_already
        on together.as_of_date = hidden_already.as_of_date and hidden_already.level = 3
    where hidden_already.place is null
    group by together.as_of_date
)

select
    'raised',
    'any',
    together.as_of_date,
    2,
    together.zone_code
from together
left join counties on together.as_of_date = counties.as_of_date
where together.zone_code is not null and together.turn <= coalesce(counties.zones_hidden, together.alone_count)

union all

select
    'raised',
    'any',
    dates.as_of_date,
    3,
    'county'
from (select distinct as_of_date from together) as dates
left join counties on dates.as_of_date = counties.as_of_date
where counties.zones_hidden is null;

-- Households, and the children born into them at their own pace; twins come on the same day.

set variable first_cohort = getvariable('first_year') - 1 - 17;
set variable last_cohort = year_of(getvariable('as_of')) - 4;
-- On roll are about twelve full cohorts, those who moved away or left at sixteen taken off; 1.76 children a household.
set variable households_of_year = (getvariable('children') / 12.0 / 1.76)::double;
set variable first_births = make_date(getvariable('first_cohort') - 13, 9, 1);
set variable last_births = make_date(getvariable('last_cohort') + 4, 8, 31);

create table local_route as
select
    route_n,
    pyramid_n,
    (row_number() over (order by route_n) - 1) / count(*) over () as chance_from,
    row_number() over (order by route_n) / count(*) over () as chance_to
from (select distinct route_n, pyramid_n from route_stage where kind = 'local');

create table household as
with candidates as (
    select
        n as household_n,
        -- Eldest children are born at an even pace, so that the years at a small school are of a size.
        getvariable('first_births') + floor((n - chance('eldest', n)) * 365.25 / getvariable('households_of_year'))::int
            as eldest_birth_date,
        chance('children', n) as size_chance
    from range(
        1,
        1 + round(getvariable('households_of_year') * (getvariable('last_births') - getvariable('first_births')) / 365.25)::bigint
    ) as numbers (n)
),

with_families as (
    select
        household_n,
        eldest_birth_date,
        case when size_chance < 0.45 then 1 when size_chance < 0.83 then 2 when size_chance < 0.96 then 3 else 4 end as children,
        null as family
    from candidates
    union all
    select 10000000 + family, min(birth_date), count(*), family from edge_case group by family
),

routed as (
    select families.*, routes.route_n, routes.pyramid_n
    from with_families as families
    inner join local_route as routes
        on
            chance('route', families.household_n) >= routes.chance_from
            and chance('route', families.household_n) < routes.chance_to
)

select
    routed.* replace (
        case when cases.enters = 'first' then 1 else routed.route_n end as route_n,
        case when cases.enters = 'first' then 1 else routed.pyramid_n end as pyramid_n
    ),
    areas.area_n,
    areas.lsoa_code,
    areas.idaci_decile,
    postcode_of(areas.area_n, draw('postcode', routed.household_n, 20)) as postcode,
    (1 + draw('house', routed.household_n, 120))::varchar as house_number,
    if(chance('flat', routed.household_n) < 0.06, 'Flat ' || (1 + draw('flat_number', routed.household_n, 12)), null) as flat,
    getvariable('streets')[1 + draw('street', routed.household_n, len(getvariable('streets')))] as street,
    pyramids.pyramid_name as town,
    -- One household in twenty-five carries two surnames, joined.
    if(chance('double_name', routed.household_n) < 0.96, '',
        getvariable('surnames')[1 + draw('other_surname', routed.household_n, len(getvariable('surnames')))] || '-')
    || getvariable('surnames')[1 + draw('surname', routed.household_n, len(getvariable('surnames')))] as surname
from routed
left join (select distinct family, enters from edge_case where enters = 'first') as cases on routed.family = cases.family
inner join (
    select area.pyramid_n, deprivation.*,
        row_number() over (partition by area.pyramid_n order by area.area_n) as n_in_pyramid
    from area inner join deprivation on area.area_n = deprivation.area_n
) as areas
    on
        case when cases.enters = 'first' then 1 else routed.pyramid_n end = areas.pyramid_n
        and areas.n_in_pyramid = 1 + draw('area', routed.household_n, getvariable('areas_of_pyramid'))
inner join pyramid as pyramids on areas.pyramid_n = pyramids.pyramid_n;

-- Every child of a household, those too young or too old for school as well: Family Matters knows them.
create table household_child as
with births as (
    select
        households.*,
        numbers.n as birth_order,
        case
            when numbers.n = 1 then 0
            when chance('twin', households.household_n || '.' || numbers.n) < 0.014 then 0
            else 420 + draw('gap', households.household_n || '.' || numbers.n, 1200)
        end as gap
    from household as households, range(1, 5) as numbers (n)
    where numbers.n <= households.children and households.family is null
),

dated as (
    select
        *,
        eldest_birth_date
        + (sum(gap) over (partition by household_n order by birth_order))::int as birth_date,
        household_n || '.' || birth_order as birth_id
    from births
)

select
    household_n, birth_order, birth_id, birth_date, null::int as edge_n,
    if(chance('sex', birth_id) < 0.512, 'M', 'F') as sex
from dated
union all
select
    10000000 + family, row_number() over (partition by family order by edge_n), 'edge.' || edge_n, birth_date, edge_n, sex
from edge_case;

alter table household_child add column cohort int;
alter table household_child add column forename varchar;
alter table household_child add column surname varchar;

-- A cohort is named by the year in which its children are four on 31 August, less four. Siblings never share a forename.
update household_child set
    cohort = year(birth_date) + (month(birth_date) >= 9)::int,
    forename = if(
        sex = 'F',
        getvariable('girls')[1 + (draw('forename', household_n, len(getvariable('girls'))) + 31 * birth_order) % len(getvariable('girls'))],
        getvariable('boys')[1 + (draw('forename', household_n, len(getvariable('boys'))) + 31 * birth_order) % len(getvariable('boys'))]
    ),
    surname = (select household.surname from household where household.household_n = household_child.household_n);

create table child as
with of_school_age as (
    select
        row_number() over (order by births.household_n, births.birth_order) as child_n,
        births.*,
        households.idaci_decile,
        households.pyramid_n,
        households.route_n as household_route_n,
        chance('special', births.birth_id) < getvariable('special_share') * (1.45 - 0.08 * households.idaci_decile) as is_special
    from household_child as births
    inner join household as households on births.household_n = households.household_n
    where births.cohort between getvariable('first_cohort') and getvariable('last_cohort')
),

special_route as (
    select route_n, row_number() over (order by route_n) as n, count(*) over () as routes
    from (select distinct route_n from route_stage where kind = 'special')
),

dated as (
    select
        births.*,
        cases.case_name,
        'C' || lpad(births.child_n::varchar, 6, '0') as child_id,
        case
            when births.edge_n is not null then if(cases.enters = 'special', special.route_n, births.household_route_n)
            when births.is_special then special.route_n
            else births.household_route_n
        end as route_n,
        -- Families move into the county and out of it, and from one of its schools to another.
        case
            when births.edge_n is not null then cases.join_date
            when chance('joins', births.birth_id) < 0.012 * (getvariable('years') + 1)
                then draw_day('join', births.birth_id, getvariable('world_from'), getvariable('last_change'))
        end as join_date,
        case
            when births.edge_n is not null then null
            when chance('leaves', births.birth_id) < 0.011 * (getvariable('years') + 1)
                then draw_day('leave', births.birth_id, getvariable('world_from'), getvariable('last_change'))
            -- Four in nine end at sixteen.
            when chance('sixteen', births.birth_id) < 0.45 and not births.is_special
                then (select last_day from school_year where start_year = births.cohort + 15)
        end as leave_date,
        case
            when births.edge_n is not null then cases.move_date
            when chance('moves', births.birth_id) < 0.03 * (getvariable('years') + 1) and not births.is_special
                then draw_day('move', births.birth_id, getvariable('world_from'), getvariable('last_change'))
        end as move_date,
        cases.absent_before_move,
        cases.absent_after_move,
        cases.fsm_from,
        cases.fsm_to,
        cases.sen_provision as edge_sen_provision,
        cases.needs,
        cases.upn_story,
        cases.second_school
    from of_school_age as births
    inner join special_route as special on special.n = 1 + draw('special_school', births.birth_id, special.routes)
    left join edge_case as cases on births.edge_n = cases.edge_n
),

moved as (
    select
        dated.*,
        -- One mover in seven of the upper years goes to a pupil referral unit, the others to another school's route.
        case
            when dated.move_date is null then null
            when dated.edge_n is null and year_of(dated.move_date) - dated.cohort - 4 between 8 and 10 and chance('to_pru', dated.birth_id) < 0.15
                then (
                    select route_n from route_stage where kind = 'pru'
                    order by chance('which_pru', dated.birth_id || '.' || route_n) limit 1
                )
            else (
                select routes.route_n from local_route as routes
                where routes.route_n <> dated.route_n
                order by chance('new_route', dated.birth_id || '.' || routes.route_n) limit 1
            )
        end as second_route_n
    from dated
)

select
    * exclude (household_route_n),
    -- Ethnicity codes of the census and their shares.
    (
        select ethnicity_code from (values
            ('WBRI', 0.0, 0.885), ('WOTW', 0.885, 0.915), ('WEEU', 0.915, 0.935), ('WIRI', 0.935, 0.938), ('WIRT', 0.938, 0.940),
            ('WROM', 0.940, 0.942), ('MWBC', 0.942, 0.949), ('MWBA', 0.949, 0.954), ('MWAS', 0.954, 0.964), ('MOTH', 0.964, 0.972),
            ('AIND', 0.972, 0.977), ('APKN', 0.977, 0.979), ('ABAN', 0.979, 0.981), ('AOTH', 0.981, 0.985), ('BCRB', 0.985, 0.987),
            ('BAFR', 0.987, 0.990), ('CHNE', 0.990, 0.992), ('OOTH', 0.992, 0.995), ('NOBT', 0.995, 0.997), ('REFU', 0.997, 1.0)
        ) as shares (ethnicity_code, chance_from, chance_to)
        where
            chance('ethnicity', moved.household_n) >= shares.chance_from
            and chance('ethnicity', moved.household_n) < shares.chance_to
    ) as ethnicity_code,
    -- What school work comes easily; deprivation pulls a little.
    bell('ability', birth_id) + 0.06 * (idaci_decile - 6) as ability,
    case when chance('young_carer', birth_id) < 0.006 then 'P' when chance('young_carer', birth_id) < 0.011 then 'S' else 'N' end as young_carer
from moved;

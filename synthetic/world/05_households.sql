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

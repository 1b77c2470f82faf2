-- Spells on roll: the stages of a child's route, cut where the child joins the county, moves to another route or leaves.

create table main_spell as
with segments as (
    select child_n, route_n, coalesce(join_date, date '1990-01-01') as from_date,
        least(coalesce(move_date - 1, date '9999-12-31'), coalesce(leave_date, date '9999-12-31')) as to_date
    from child
    union all
    select child_n, second_route_n, greatest(move_date, coalesce(join_date, move_date)), coalesce(leave_date, date '9999-12-31')
    from child
    where move_date is not null
),

staged as (
    select
        segments.child_n,
        stages.school_id,
        greatest(first_years.first_day, segments.from_date) as start_date,
        least(last_years.last_day, segments.to_date) as end_date
    from segments
    inner join child as children on segments.child_n = children.child_n
    inner join route_stage as stages on segments.route_n = stages.route_n
    inner join school_year as first_years on children.cohort + 4 + stages.nc_from = first_years.start_year
    inner join school_year as last_years on children.cohort + 4 + stages.nc_to = last_years.start_year
),

-- A new route may lead through the same school: then the child never left it.
islands as (
    select
        *,
        sum(starts_island::int) over (partition by child_n, school_id order by start_date) as island
    from (
        select
            *,
            coalesce(
                start_date > lag(end_date) over (partition by child_n, school_id order by start_date) + 1, true
            ) as starts_island
        from staged
        where start_date <= end_date
    )
)

select child_n, school_id, min(start_date) as start_date, max(end_date) as end_date
from islands
group by child_n, school_id, island
-- Nobody is taken on roll for a day or two.
having max(end_date) - min(start_date) >= 5 and min(start_date) <= getvariable('as_of') - 3;

-- A second registration beside the main one: at a pupil referral unit or special school (S), or as a guest (G).
create table second_spell as
with candidates as (
    select
        spells.*,
        children.second_school,
        year_of(least(spells.end_date, getvariable('as_of'))) as last_year,
        chance('second', children.birth_id) as second_chance,
        draw('second_year', children.birth_id, getvariable('years')) as year_back,
        children.cohort,
        children.birth_id
    from main_spell as spells
    inner join child as children on spells.child_n = children.child_n
    inner join school as schools on spells.school_id = schools.school_id
    where
        schools.phase not in ('Special', 'PRU')
        and spells.end_date >= getvariable('world_from')
        and (children.second_school is not null or (children.edge_n is null and children.move_date is null))
),

placed as (
    select
        *,
        case when second_school is not null then getvariable('first_year')
            else greatest(getvariable('first_year') - 1, last_year - year_back) end as start_year,
        case when second_school is not null or second_chance < 0.012 then 'S' else 'G' end as enrol_status
    from candidates
    where second_school is not null or second_chance < 0.015
),

dated as (
    select
        placed.*,
        placed.start_year - placed.cohort - 4 as nc_index,
        case when placed.second_school is not null then years.first_day
            else draw_day('second_from', placed.birth_id, years.first_day, years.first_day + 120) end as second_from,
        case when placed.second_school is not null then date '9999-12-31'
            else draw_day('second_to', placed.birth_id, years.first_day + 150, years.last_day) end as second_to
    from placed
    inner join school_year as years on placed.start_year = years.start_year
),

hosted as (
    select
        dated.*,
        schools.school_id as second_school_id,
        row_number() over (
            partition by dated.child_n, dated.start_date
            order by chance('host', dated.birth_id || '.' || schools.school_id), schools.school_id
        ) as choice
    from dated
    inner join school as schools
        on
            schools.phase = case
                when dated.enrol_status = 'G' then 'Primary'
                when dated.nc_index >= 7 then 'PRU'
                else 'Special'
            end
            and schools.school_id <> dated.school_id
    where
        dated.nc_index between 1 and 11
        and (dated.enrol_status = 'S' or dated.nc_index <= 6)
)

select
    child_n,
    second_school_id as school_id,
    school_id as main_school_id,
    enrol_status,
    greatest(second_from, start_date) as start_date,
    -- An end after the last return is not known to anyone yet: the child is still there.
    least(if(second_to > getvariable('last_change'), date '9999-12-31', second_to), end_date) as end_date
from hosted
where
    choice = 1
    and greatest(second_from, start_date) + 20 <= least(second_to, end_date)
    and greatest(second_from, start_date) <= getvariable('last_change');

create table spell as
with all_spells as (
    select
        mains.child_n,
        mains.school_id,
        case when seconds.child_n is not null then 'M' else 'C' end as enrol_status,
        mains.start_date,
        mains.end_date
    from main_spell as mains
    left join (
        select distinct child_n, main_school_id, start_date, end_date from second_spell where enrol_status = 'S'
    ) as seconds
        on
            mains.child_n = seconds.child_n
            and mains.school_id = seconds.main_school_id
            and seconds.start_date between mains.start_date and mains.end_date
    union all
    select child_n, school_id, enrol_status, start_date, end_date from second_spell
)

select row_number() over (order by child_n, start_date, school_id, enrol_status) as spell_n, *
from all_spells;

-- Who has been on roll since the world is known: these children are in the sources, with all their years on roll.
delete from child where child_n not in (
    select child_n from spell
    where end_date >= getvariable('world_from') and start_date <= getvariable('as_of')
);

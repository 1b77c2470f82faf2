-- Names change: a parent marries or separates, a child is adopted or lives with a special guardian. Each child changes name
-- once at most. A namesake's name stays.

-- One household in a hundred a year takes another surname, or joins it to the one that it had; two in five for one child only.
create table surname_change as
with changing as (
    select
        household_n,
        surname,
        draw_day('surname_changed', household_n, getvariable('world_from'), getvariable('last_change')) as changed_date,
        getvariable('surnames')[1 + draw('new_surname', household_n, len(getvariable('surnames')))] as other_surname,
        if(chance('one_child', household_n) < 0.4, 1 + draw('which_child', household_n, children), null) as of_child
    from household
    where
        family is null and household_n not in (select household_n from namesake_household)
        and chance('surname_changes', household_n) < 0.01 * (getvariable('years') + 1)
)

select
    household_n,
    changed_date,
    of_child,
    if(
        chance('joined_surname', household_n) < 0.5 and not contains(surname, '-'),
        surname || '-' || other_surname, other_surname
    ) as surname
from changing
where other_surname <> surname;

-- Three children in a thousand, at any age below sixteen; half of them have another forename from then on.
create table adoption as
with adopted as (
    select
        *,
        draw_day(
            'adopted', birth_id, greatest(getvariable('world_from'), birth_date + 60), getvariable('last_change')
        ) as adopted_date,
        if(sex = 'F', getvariable('girls'), getvariable('boys')) as forenames
    from household_child
    where
        edge_n is null and household_n not in (select household_n from namesake_household)
        and birth_date between getvariable('world_from') - 5844 and getvariable('last_change') - 60
        and chance('adopted', birth_id) < 0.003
)

select
    household_n,
    birth_id,
    adopted_date,
    getvariable('surnames')[1 + draw('adopted_surname', birth_id, len(getvariable('surnames')))] as surname,
    if(
        chance('adopted_forename', birth_id) < 0.5,
        -- Half a step from where a sibling's forename can stand.
        forenames[1 + (list_position(forenames, forename)::int + 14) % len(forenames)], forename
    ) as forename
from adopted
where adopted_date < birth_date + 5844;

create table birth_name as
with changes as (
    select
        births.birth_id,
        births.forename,
        births.surname,
        if(adoptions.birth_id is not null, adoptions.adopted_date, families.changed_date) as changed_date,
        coalesce(adoptions.forename, births.forename) as new_forename,
        coalesce(adoptions.surname, families.surname) as new_surname
    from household_child as births
    left join adoption as adoptions on births.birth_id = adoptions.birth_id
    left join surname_change as families
        on
            births.household_n = families.household_n
            and births.birth_order = coalesce(families.of_child, births.birth_order)
)

select birth_id, date '1900-01-01' as valid_from_date, coalesce(changed_date, date '9999-12-31') as valid_to_date,
    forename, surname
from changes
union all
select birth_id, changed_date, date '9999-12-31', new_forename, new_surname
from changes
where changed_date is not null;

create table child_name as
select children.child_n, names.valid_from_date, names.valid_to_date, names.forename, names.surname
from birth_name as names
inner join child as children on names.birth_id = children.birth_id;

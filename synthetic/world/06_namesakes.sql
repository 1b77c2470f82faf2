-- One child in 300 shares name, birth date and sex with a child of another town. Only children become the namesakes, so
-- that no sibling's name or birth date has to give way.

create table namesake as
with children as (
    select births.*, households.pyramid_n, households.children
    from household_child as births
    inner join household as households on births.household_n = households.household_n
    where
        births.edge_n is null and births.cohort between getvariable('first_cohort') and getvariable('last_cohort')
),

-- Two children for each one drawn.
drawn as (select * from children where chance('namesake', birth_id) < 1 / 600.0),

nearest as (
    select drawn.birth_id, others.birth_id as other_birth_id, abs(others.birth_date - drawn.birth_date) as days_apart
    from drawn
    inner join children as others
        on
            drawn.sex = others.sex
            and drawn.cohort = others.cohort
            and drawn.pyramid_n <> others.pyramid_n
            and others.children = 1
    where others.birth_id not in (select birth_id from drawn)
    qualify row_number() over (partition by drawn.birth_id order by days_apart, others.birth_id) = 1
)

select birth_id, other_birth_id
from nearest
qualify row_number() over (partition by other_birth_id order by days_apart, birth_id) = 1;

create table namesake_named as
select births.household_n, firsts.forename, firsts.surname, firsts.birth_date
from namesake as pairs
inner join household_child as firsts on pairs.birth_id = firsts.birth_id
inner join household_child as births on pairs.other_birth_id = births.birth_id;

update household_child set
    forename = named.forename, surname = named.surname, birth_date = named.birth_date
from namesake_named as named
where household_child.household_n = named.household_n;

update household set surname = named.surname, eldest_birth_date = named.birth_date
from namesake_named as named
where household.household_n = named.household_n;

drop table namesake_named;

create view namesake_household as
select births.household_n
from namesake as pairs
inner join household_child as births on births.birth_id in (pairs.birth_id, pairs.other_birth_id);

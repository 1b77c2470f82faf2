-- Children of compulsory school age who are at no school, as the council lists them: of a hundred children of 5 to 16 about 1.4 are
-- educated at home and 0.5 are missing education (Department for Education, autumn 2024). A hamlet has more, so that a
-- few wrong rows are no wrong file. All chance is of streams of its own.

set variable not_in_school_count = greatest(64, round(0.019 * getvariable('children')))::int;

-- Half left a school of the county; it need be found again. The others were never at one.
create table not_in_school_child as
with of_age as (
    select
        children.child_n, children.household_n, children.birth_id as chance_id, children.birth_date, children.sex,
        spells.end_date as left_date, spells.school_id
    from child as children
    inner join (
        select child_n, max(end_date) as end_date, max_by(school_id, end_date) as school_id
        from spell where enrol_status in ('C', 'M') group by child_n
    ) as spells on children.child_n = spells.child_n
    where
        children.edge_n is null
        and spells.end_date < getvariable('as_of') - 20
        and spells.end_date >= getvariable('world_from')
        and children.birth_date + interval 5 year <= spells.end_date
        -- On the day still of the ages that the rules cover.
        and children.birth_date + interval 16 year > getvariable('as_of')
),

leavers as (
    select *
    from of_age
    qualify row_number() over (order by chance('not_in_school', chance_id)) <= getvariable('not_in_school_count') // 2
),

never as (
    select
        null::int as child_n, null::int as household_n, 'never.' || n as chance_id,
        draw_day('not_in_school_born', 'never.' || n,
            (getvariable('as_of') - interval 15 year)::date, (getvariable('as_of') - interval 7 year)::date
        ) as birth_date,
        if(chance('not_in_school_sex', 'never.' || n) < 0.51, 'F', 'M') as sex,
        null::date as left_date, null as school_id
    from range(1, 1 + getvariable('not_in_school_count') - (select count(*) from leavers)) as people (n)
)

select
    row_number() over (order by child_n nulls last, chance_id) as person_n,
    'E' || lpad((40000 + row_number() over (order by child_n nulls last, chance_id))::varchar, 6, '0') as person_id,
    -- Every fourth is missing education, and every second of these was educated at home before.
    row_number() over (order by chance('not_in_school_kind', chance_id)) % 4 = 0 as is_missing,
    row_number() over (order by chance('not_in_school_kind', chance_id)) % 8 = 0 as was_home,
    *
from (from leavers union all by name from never);

-- The spell that is open; before it, for some who are missing, one of education at home; and some that are over.
create table not_in_school_told as
with current_ones as (
    select
        people.person_n, people.chance_id, people.was_home, 1 as n,
        if(people.is_missing, 'missing', 'home') as kind,
        coalesce(
            people.left_date + 1,
            draw_day('not_in_school_from', people.chance_id, getvariable('as_of') - 600, getvariable('as_of') - 30)
        ) as start_date,
        null::date as end_date
    from not_in_school_child as people
),

-- Home education that was not suitable: since then the child is missing education.
changed as (
    select
        person_n, chance_id, n, kind,
        start_date + ((getvariable('as_of') - start_date) // 2)::int as start_date, end_date
    from current_ones
    where was_home
    union all
    select
        person_n, chance_id, 0, 'home', start_date, start_date + ((getvariable('as_of') - start_date) // 2)::int
    from current_ones
    where was_home
),

-- Who came to the county waited for a place, one in three of them, all in a hamlet: a spell that is over.
waited as (
    select
        1000000 + children.child_n as person_n, children.birth_id as chance_id, 1 as n, 'missing' as kind,
        firsts.start_date - 15 - draw('not_in_school_waited', children.birth_id, 60) as start_date,
        firsts.start_date as end_date
    from child as children
    inner join (
        select child_n, min(start_date) as start_date from spell where enrol_status in ('C', 'M') group by child_n
    ) as firsts on children.child_n = firsts.child_n
    where
        children.edge_n is null and children.join_date is not null
        and firsts.start_date between children.join_date and children.join_date + 30
        and children.birth_date + interval 6 year <= firsts.start_date
        and children.birth_date + interval 15 year > firsts.start_date
        and firsts.start_date < getvariable('as_of') - 5
        and chance('not_in_school_waits', children.birth_id) < 0.33 * greatest(1, 1000 / getvariable('children'))
)

select person_n, chance_id, n, kind, start_date, end_date from current_ones where not was_home
union all
from changed
union all
from waited;

-- Who a row is about, as the list describes the child on its day; and what it says of it.
create table not_in_school_spell as
with people as (
    select person_n, person_id, child_n, household_n, chance_id, birth_date, sex, school_id from not_in_school_child
    union all
    select
        told.person_n, 'E' || lpad((40000 + told.person_n)::varchar, 6, '0'), children.child_n, children.household_n,
        told.chance_id, children.birth_date, children.sex, null
    from not_in_school_told as told
    inner join child as children on told.person_n = 1000000 + children.child_n
),

reasons as (
    select * from (values
        ('home', 'mental health', 0.00, 0.14), ('home', 'philosophical or preferential', 0.14, 0.28),
        ('home', 'lifestyle choice', 0.28, 0.37), ('home', 'dissatisfaction with school - SEND', 0.37, 0.44),
        ('home', 'dissatisfaction with school - general', 0.44, 0.50), ('home', 'religious', 0.50, 0.52),
        ('home', 'physical health', 0.52, 0.55), ('home', 'unknown', 0.55, 0.72), ('home', 'other', 0.72, 0.88),
        ('home', 'no reason', 0.88, 1.00),
        ('missing', 'awaiting a school place', 0.00, 0.45), ('missing', 'place offered and not started', 0.45, 0.60),
        ('missing', 'whereabouts unknown', 0.60, 0.75), ('missing', 'other', 0.75, 0.90), ('missing', 'unknown', 0.90, 1.00)
    ) as shares (kind, reason_code, chance_from, chance_to)
)

select
    people.person_id || '.' || told.n as line_id,
    people.person_id, people.child_n, people.birth_date, people.sex, told.kind, told.start_date, told.end_date,
    names.surname, names.forename, homes.address_line, homes.postcode, homes.lsoa_code,
    if(
        people.child_n is not null and chance('not_in_school_upn', people.chance_id) < 0.75
        and not regexp_matches(upns.upn, '[A-Z]$'), upns.upn, null
    ) as upn,
    people.school_id,
    case
        when told.kind = 'missing' and told.n = 1 and exists (
            select 1 from not_in_school_told as before where before.person_n = told.person_n and before.n = 0
        ) then 'home education unsuitable'
        else reasons.reason_code
    end as reason_code,
    case
        when told.kind = 'missing' then null
        when told.end_date is not null then 'not suitable'
        when chance('not_in_school_asked', people.chance_id) < 0.7 then 'suitable'
        else 'not yet known'
    end as suitability,
    if(told.kind = 'missing' and chance('not_in_school_order', people.chance_id) < 0.05, 'Y', 'N') as has_order
from not_in_school_told as told
inner join people on told.person_n = people.person_n
inner join reasons
    on
        told.kind = reasons.kind
        and chance('not_in_school_reason', told.person_n || '.' || told.n) >= reasons.chance_from
        and chance('not_in_school_reason', told.person_n || '.' || told.n) < reasons.chance_to
left join upn_version as upns on people.child_n = upns.child_n and upns.valid_to_date = date '9999-12-31'
inner join (
    select child_n, null as chance_id, surname, forename from child_name where valid_to_date = date '9999-12-31'
    union all
    select
        null, chance_id, getvariable('surnames')[1 + draw('not_in_school_surname', chance_id, len(getvariable('surnames')))],
        if(
            sex = 'F',
            getvariable('girls')[1 + draw('not_in_school_name', chance_id, len(getvariable('girls')))],
            getvariable('boys')[1 + draw('not_in_school_name', chance_id, len(getvariable('boys')))]
        )
    from not_in_school_child where child_n is null
) as names on people.child_n = names.child_n or people.chance_id = names.chance_id
inner join (
    select household_n, null as chance_id, address_line, postcode, lsoa_code
    from household_address where valid_to_date = date '9999-12-31'
    union all
    select
        null, people.chance_id, (1 + draw('not_in_school_house', people.chance_id, 90)) || ' Mill Lane',
        postcode_of(areas.area_n, draw('not_in_school_postcode', people.chance_id, 20)), areas.lsoa_code
    from not_in_school_child as people
    inner join deprivation as areas
        on areas.area_n = 1 + draw('not_in_school_area', people.chance_id, (select count(*)::int from area))
    where people.child_n is null
) as homes on people.household_n = homes.household_n or people.chance_id = homes.chance_id;

-- What the council lists of it; the mistakes are put in here.
create table not_in_school_line as
select * replace (birth_date::varchar as birth_date, start_date::varchar as start_date) from not_in_school_spell;

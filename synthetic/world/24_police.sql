-- What the police told the council of children in the two years before the as-of date. Rates are of the order that forces
-- publish: they are called to domestic abuse in a home with children about as often as four times in a hundred homes a year,
-- oftener in poor areas. All chance is of streams of its own.

-- A home in a year; families made for the edges of rules have none.
create table police_home_year as
select
    households.household_n,
    households.household_n || '.' || years.n as chance_id,
    0.015 + 0.07 * exp((1 - households.idaci_decile) / 3.0) as rate,
    getvariable('as_of') - (365 * years.n)::int as first_day,
    getvariable('as_of') - (365 * (years.n - 1))::int - 10 as last_day
from household as households
cross join range(1, 3) as years (n)
where households.family is null;

-- One call in three is followed by two more within weeks.
create table police_call as
with calls as (
    select
        household_n, chance_id,
        draw_day('police_called', chance_id, first_day, last_day) as incident_date,
        last_day
    from police_home_year
    where chance('police_home', chance_id) < rate
)

from (
    select household_n, chance_id, incident_date from calls
    union all
    select
        calls.household_n, calls.chance_id || '.' || again.n,
        calls.incident_date + (again.n * (10 + draw('police_again_after', calls.chance_id, 25)))::int
    from calls
    cross join range(1, 3) as again (n)
    where chance('police_again', calls.chance_id) < 0.33
)
where incident_date < getvariable('as_of') - 8;

-- Who is a child on the day, with age. Family calls name all of a home, the others one child.
create table police_person as
with people as (
    select
        births.birth_id, births.household_n, births.birth_date, births.sex,
        calls.chance_id, calls.incident_date,
        row_number() over (partition by calls.chance_id order by births.birth_date, births.birth_id) as n
    from police_call as calls
    inner join household_child as births on calls.household_n = births.household_n
    where
        births.birth_date < calls.incident_date - 30
        and births.birth_date + interval 18 year > calls.incident_date
),

alone as (
    select
        births.birth_id, births.household_n, births.birth_date, births.sex,
        years.household_n || '.' || births.birth_id || '.' || years.chance_id as chance_id,
        draw_day('police_alone_on', births.birth_id || '.' || years.chance_id, years.first_day, years.last_day) as incident_date
    from police_home_year as years
    inner join household_child as births on years.household_n = births.household_n
    where
        births.birth_date + interval 10 year <= years.first_day
        and births.birth_date + interval 18 year > years.last_day
),

told as (
    select
        'encompass' as kind_code, chance_id, n, birth_id, household_n, birth_date, sex, incident_date,
        if(chance('police_present', chance_id || birth_id) < 0.7, 'child present', 'in household') as role_code,
        null as grade_code
    from people
    union all
    -- An officer who worries writes a notice about each child of the home, one call in two.
    select
        'ppn', chance_id, n, birth_id, household_n, birth_date, sex, incident_date, 'subject',
        ['low', 'low', 'low', 'medium', 'medium', 'high'][1 + draw('police_grade', chance_id, 6)]
    from people
    where chance('police_notice', chance_id) < 0.5
    union all
    select 'marac', chance_id, n, birth_id, household_n, birth_date, sex, incident_date, 'in household', 'high'
    from people
    where chance('police_marac', chance_id) < 0.1
    union all
    select
        'asb', chance_id, 1, birth_id, household_n, birth_date, sex, incident_date,
        if(chance('police_asb_role', chance_id) < 0.55, 'perpetrator', 'victim'), null
    from alone
    where chance('police_asb', chance_id) < 0.02
    union all
    select
        'missing', chance_id, 1, birth_id, household_n, birth_date, sex, incident_date + 1, 'subject',
        ['medium', 'medium', 'high'][1 + draw('police_missing_grade', chance_id, 3)]
    from alone
    where chance('police_missing', chance_id) < 0.01
)

select
    told.*,
    dense_rank() over (order by told.incident_date, told.chance_id, told.kind_code) as incident_n,
    told.incident_date + 1 + draw('police_told_after', told.kind_code || told.chance_id, 4) as received_date
from told;

create table police_notification as
select
    people.kind_code,
    upper(people.kind_code[1]) || 'N' || lpad(people.incident_n::varchar, 6, '0') as notification_ref,
    people.n::varchar as person_number,
    children.child_n,
    names.surname,
    names.forename,
    people.birth_date,
    people.sex,
    addresses.address_line,
    addresses.postcode,
    people.incident_date::varchar as incident_date,
    people.received_date,
    people.grade_code,
    people.role_code,
    -- Police tell a school of Encompass alone: that at which the child then was.
    if(people.kind_code = 'encompass', schools.school_id, null) as school_id
from police_person as people
left join child as children on people.birth_id = children.birth_id
inner join birth_name as names
    on
        people.birth_id = names.birth_id
        and people.incident_date >= names.valid_from_date and people.incident_date < names.valid_to_date
inner join household_address as addresses
    on
        people.household_n = addresses.household_n
        and people.incident_date >= addresses.valid_from_date and people.incident_date < addresses.valid_to_date
left join (
    select distinct on (spell.child_n, days.incident_date) spell.child_n, days.incident_date, spell.school_id
    from spell
    inner join (select distinct incident_date from police_person) as days
        on days.incident_date between spell.start_date and coalesce(spell.end_date, date '9999-12-31')
    where spell.enrol_status in ('C', 'M')
    order by spell.child_n, days.incident_date, spell.start_date desc
) as schools on children.child_n = schools.child_n and people.incident_date = schools.incident_date;

-- As it is, whatever becomes of the list that is sent.
create table police_told as
select * replace (incident_date::date as incident_date) from police_notification;

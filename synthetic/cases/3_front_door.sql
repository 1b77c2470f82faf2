-- The front door: contacts about children, referrals and requests for help that come of them, closures, and coming back.

-- Records exist from here on; before, and for some months after, only the totals of each month.
set variable records_from = greatest(date '2023-09-01', (select first_day from school_year where start_year = getvariable('first_year')));

-- Children of the county, and brothers and sisters who are in none of its schools.
create table known_person as
select births.birth_id, births.household_n, births.birth_date, births.sex, children.child_n
from household_child as births
left join child as children on births.birth_id = children.birth_id
inner join household as households on births.household_n = households.household_n
where
    births.birth_date < getvariable('as_of') - 30
    and births.birth_date > getvariable('as_of') - 6570
    -- Three in ten of the families are known to the front door.
    and chance('known_family', births.household_n) < 0.20 + 0.35 * exp((1 - households.idaci_decile) / 3.0);

create table front_door_contact as
with years as (
    select start_year, greatest(first_day, getvariable('records_from')) as first_day, least(last_day, getvariable('as_of') - 2) as last_day
    from school_year
    where last_day > getvariable('records_from') and first_day < getvariable('as_of') - 2
),

firsts as (
    select
        people.birth_id,
        draw_day('contact', people.birth_id || '.' || years.start_year, years.first_day, years.last_day) as received_date,
        'year' as story
    from known_person as people
    cross join years
    where chance('contacted', people.birth_id || '.' || years.start_year) < 0.7
        and people.birth_date < years.first_day
),

-- One referral in five that was closed is followed by another contact within a year.
again as (
    select
        birth_id,
        received_date + 60 + draw('closed_after', birth_id || '.' || received_date, 120)
        + 15 + draw('again_after', birth_id || '.' || received_date, 320) as received_date,
        'again' as story
    from firsts
    where chance('again', birth_id || '.' || received_date) < 0.2
        and chance('what', birth_id || '.' || received_date) < 0.41
)

select
    row_number() over (order by received_date, birth_id, story) as contact_n,
    birth_id,
    received_date,
    chance('nobody', birth_id || '.' || received_date) < 0.04 as is_of_nobody,
    case
        when story = 'again' or chance('what', birth_id || '.' || received_date) < 0.41 then 'referral'
        when chance('what', birth_id || '.' || received_date) < 0.58 then 'early_help'
        when chance('what', birth_id || '.' || received_date) < 0.80 then 'advice'
        else 'no_action'
    end as decision_code,
    (
        select source_code from (values
            ('school', 0.0, 0.28), ('police', 0.28, 0.52), ('health', 0.52, 0.70), ('family', 0.70, 0.80),
            ('council', 0.80, 0.88), ('early_years', 0.88, 0.91), ('voluntary', 0.91, 0.94), ('housing', 0.94, 0.96),
            ('self', 0.96, 0.97), ('anonymous', 0.97, 1.0)
        ) as shares (source_code, chance_from, chance_to)
        where
            chance('who', birth_id || '.' || received_date) >= shares.chance_from
            and chance('who', birth_id || '.' || received_date) < shares.chance_to
    ) as source_code
from (select * from firsts union all select * from again)
where received_date < getvariable('as_of') - 2;

create table front_door_event as
with events as (
    select 'contact' as event_kind, contact_n, birth_id, is_of_nobody, source_code, received_date, decision_code,
        received_date + draw('decided', contact_n, 3) as decision_date, null::date as closed_date
    from front_door_contact
    union all
    select 'referral', contact_n, birth_id, is_of_nobody, source_code, received_date + 1,
        ['assessment', 'assessment', 'assessment', 'strategy_discussion', 'early_help', 'no_action'][1 + draw('outcome', contact_n, 6)],
        received_date + 2 + draw('referral_decided', contact_n, 8),
        received_date + 60 + draw('closed_after', birth_id || '.' || received_date, 120)
    from front_door_contact
    where decision_code = 'referral'
    union all
    select 'request_for_help', contact_n, birth_id, is_of_nobody, source_code, received_date + 3,
        ['team_around_family', 'single_agency', 'single_agency', 'advice', 'no_action'][1 + draw('help', contact_n, 5)],
        received_date + 5 + draw('help_decided', contact_n, 10),
        received_date + 40 + draw('help_closed', contact_n, 100)
    from front_door_contact
    where decision_code = 'early_help'
)

select
    event_kind,
    upper(event_kind[1]) || lpad(contact_n::varchar, 6, '0') as event_id,
    if(is_of_nobody, null, 'FD' || replace(birth_id, '.', '-')) as person_id,
    if(is_of_nobody, null, birth_id) as birth_id,
    received_date,
    source_code,
    if(decision_date < getvariable('as_of'), decision_code, null) as decision_code,
    if(decision_date < getvariable('as_of'), decision_date, null) as decision_date,
    if(closed_date < getvariable('as_of'), closed_date, null) as closed_date
from events
where received_date < getvariable('as_of') - 1;

create table front_door_person as
select
    'FD' || replace(people.birth_id, '.', '-') as person_id,
    'FF' || people.household_n::varchar as household_id,
    people.child_n,
    people.household_n,
    names.surname,
    names.forename,
    people.birth_date,
    people.sex,
    addresses.address_line,
    addresses.postcode
from known_person as people
inner join birth_name as names
    on people.birth_id = names.birth_id
        and getvariable('as_of') >= names.valid_from_date and getvariable('as_of') < names.valid_to_date
inner join household_address as addresses
    on people.household_n = addresses.household_n
        and getvariable('as_of') >= addresses.valid_from_date and getvariable('as_of') < addresses.valid_to_date
where people.birth_id in (select birth_id from front_door_event where birth_id is not null);

-- Totals: two years before the records begin, more of them than later; and half a year beside them, which count once.
create table front_door_total as
with months as (
    select unnest(generate_series(
        date_trunc('month', getvariable('records_from') - interval 2 year),
        date_trunc('month', getvariable('records_from')) + interval 5 month,
        interval 1 month
    ))::date as month
),

rates as (
    -- For each child of the county and month, before the tool was there.
    select * from (values
        ('contact', 0.0232), ('referral', 0.0117), ('request_for_help', 0.00355)
    ) as rates (event_kind, of_child)
),

recorded as (
    select event_kind, date_trunc('month', received_date)::date as month, count(*) as events
    from front_door_event
    group by all
)

select
    rates.event_kind,
    months.month,
    case
        when months.month < getvariable('records_from')
            then round(getvariable('children') * rates.of_child * (0.85 + 0.3 * chance('total', rates.event_kind || months.month)))::int
        else coalesce(recorded.events, 0)
    end as event_count
from months
cross join rates
left join recorded on rates.event_kind = recorded.event_kind and months.month = recorded.month;

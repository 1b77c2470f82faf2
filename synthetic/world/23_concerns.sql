-- Safeguarding concerns as schools list them: all of the pupils who are on roll on the day, raised at that school. No rates are published;
-- these are drawn so that about one pupil in twelve has one in a year, more where families are poor, and some several at once.
-- All chance is of streams of its own.

-- What schools call things in the two systems, and the group that each is counted in.
create table concern_kind as
select * from (values
    ('Neglect', 'Neglect', 'neglect', 0.00, 0.10), ('Domestic Abuse', 'Domestic Violence', 'domestic_abuse', 0.10, 0.20),
    ('Mental Health', 'Mental Health', 'mental_health', 0.20, 0.36), ('Self-Harm', 'Self harm', 'mental_health', 0.36, 0.42),
    ('Physical Abuse', 'Physical abuse', 'abuse', 0.42, 0.48), ('Emotional Abuse', 'Emotional abuse', 'abuse', 0.48, 0.52),
    ('Child Criminal Exploitation', 'CCE', 'exploitation', 0.52, 0.56), ('Online Safety', 'E-Safety', 'online', 0.56, 0.64),
    ('Child-on-child Abuse', 'Bullying', 'child_on_child', 0.64, 0.74), ('Attendance', 'Attendance', 'not_in_school', 0.74, 0.82),
    ('Home Circumstances', 'Family', 'home', 0.82, 0.92), ('Young Carer', 'Young carer', 'home', 0.92, 0.94),
    ('Substance Misuse', 'Drugs', 'substance_use', 0.94, 0.97), ('Other', 'Cause for Concern', 'other', 0.97, 1.00)
) as kinds (myconcern_name, cpoms_name, group_code, chance_from, chance_to);

create table concern as
with years as (
    select
        spells.child_n, spells.school_id,
        children.birth_id || '.' || spells.school_id || '.' || school_years.start_year as chance_id,
        greatest(spells.start_date, school_years.first_day) as from_date,
        least(school_years.last_day, getvariable('as_of') - 1) as to_date,
        0.08 * (1.9 - 0.165 * children.idaci_decile) as share
    from spell as spells
    inner join child as children on spells.child_n = children.child_n
    inner join school_year as school_years
        on spells.start_date <= school_years.last_day and getvariable('as_of') > school_years.first_day
    where
        spells.enrol_status in ('C', 'M')
        and children.edge_n is null
        and getvariable('as_of') between spells.start_date and spells.end_date
        and school_years.last_day >= getvariable('world_from')
),

-- How often in the year; of those with three or more every other has them within three weeks.
counted as (
    select
        *,
        least(7, 1 + floor(ln(chance('concern_times', chance_id)) / ln(1 - 1 / 1.9)))::int as times,
        draw_day('concern_first', chance_id, from_date, to_date) as first_date,
        chance('concern_cluster', chance_id) < 0.5 as is_cluster
    from years
    where chance('concern', chance_id) < share and from_date <= to_date
    union all
    -- And one pupil in seventy, in the three weeks before the list.
    select
        child_n, school_id, chance_id || '.lately', from_date, to_date, share, 3 + draw('concern_lately', chance_id, 2),
        getvariable('as_of') - 18, true
    from years
    where chance('concern_of_late', chance_id) < 0.014 and from_date < getvariable('as_of') - 18 and to_date = getvariable('as_of') - 1
),

raised as (
    select
        counted.child_n, counted.school_id, counted.chance_id || '.' || numbers.n as chance_id,
        case
            when counted.is_cluster
                then least(counted.to_date, counted.first_date + draw('concern_day', counted.chance_id || '.' || numbers.n, 21))
            else draw_day('concern_day', counted.chance_id || '.' || numbers.n, counted.from_date, counted.to_date)
        end as raised_date
    from counted
    cross join range(1, 8) as numbers (n)
    where numbers.n <= counted.times
),

told as (
    select
        raised.*,
        kinds.myconcern_name, kinds.cpoms_name, kinds.group_code,
        case
            when chance('concern_level', chance_id) < 0.78 then 'concern'
            when chance('concern_level', chance_id) < 0.94 then 'early help'
            else 'child protection'
        end as level_code,
        raised_date + 15 + (-70 * ln(chance('concern_days', chance_id)))::int as closed_date
    from raised
    inner join concern_kind as kinds
        on
            chance('concern_kind', raised.chance_id) >= kinds.chance_from
            and chance('concern_kind', raised.chance_id) < kinds.chance_to
),

referred as (
    select
        told.* exclude (closed_date),
        if(told.closed_date < getvariable('as_of'), told.closed_date, null) as closed_date,
        case
            when told.closed_date < getvariable('as_of') then 'closed'
            when chance('concern_status', chance_id) < 0.4 then 'monitoring'
            else 'open'
        end as status_code,
        case
            when told.level_code = 'child protection' and chance('concern_referred', chance_id) < 0.85 then 'Children''s social care'
            when told.level_code = 'early help' and chance('concern_referred', chance_id) < 0.5 then 'Early help'
            when chance('concern_referred', chance_id) < 0.05
                then ['CAMHS', 'Police', 'School nurse', 'Voluntary sector'][1 + draw('concern_agency', chance_id, 4)]
        end as external_agency
    from told
)

select
    row_number() over (order by school_id, raised_date, child_n, chance_id) as concern_n,
    100 + row_number() over (partition by school_id order by raised_date, child_n, chance_id) as concern_ref,
    *,
    if(
        external_agency is not null, least(raised_date + draw('concern_referral', chance_id, 5), getvariable('as_of') - 1), null
    ) as referred_date
from referred;

-- One concern in twenty is of another pupil of the school, too.
create table concern_child as
with pupils as (
    select distinct
        child_n, school_id,
        dense_rank() over (partition by school_id order by child_n) as pupil_n
    from spell
    where enrol_status in ('C', 'M') and getvariable('as_of') between start_date and end_date
    and child_n in (select child_n from child where edge_n is null)
),

sizes as (
    select school_id, max(pupil_n) as pupils from pupils group by school_id
)

select concern_n, child_n, true as is_first from concern
union all
select concerns.concern_n, others.child_n, false
from concern as concerns
inner join sizes on concerns.school_id = sizes.school_id
inner join pupils as others
    on
        concerns.school_id = others.school_id
        and others.pupil_n = 1 + draw('concern_other', concerns.chance_id, sizes.pupils)
where chance('concern_of_two', concerns.chance_id) < 0.05 and others.child_n <> concerns.child_n;

-- The list as sent. A school has one of two systems; of one row in fifty it has no UPN.
create table concern_line as
select
    row_number() over (order by concerns.concern_n, pairs.is_first desc) as line_n,
    concerns.concern_n, pairs.child_n, concerns.school_id,
    chance('concern_system', concerns.school_id) < 0.6 as is_myconcern,
    if(chance('concern_system', concerns.school_id) < 0.6, 'C', '') || concerns.concern_ref as concern_ref,
    if(chance('concern_upn', concerns.concern_n || '.' || pairs.child_n) < 0.98, current.upn, null) as upn,
    names.surname, names.forename, children.birth_date::date::varchar as birth_date,
    concerns.raised_date::date::varchar as raised_date,
    if(chance('concern_system', concerns.school_id) < 0.6, concerns.myconcern_name, concerns.cpoms_name) as category,
    concerns.level_code, concerns.status_code, concerns.external_agency,
    concerns.referred_date::date::varchar as referred_date, concerns.closed_date::date::varchar as closed_date,
    'No' as about_staff
from concern as concerns
inner join concern_child as pairs on concerns.concern_n = pairs.concern_n
inner join child as children on pairs.child_n = children.child_n
inner join child_name as names on pairs.child_n = names.child_n and names.valid_to_date = date '9999-12-31'
inner join upn_version as current on pairs.child_n = current.child_n and current.valid_to_date = date '9999-12-31';

-- Of which day each school's list is; a school without a concern sends none.
create table concern_list as
select distinct school_id, getvariable('as_of')::date as listed_date from concern_line;

-- What is true of it: whom a lasting UPN leads to.
create table true_concern as
select
    lines.school_id, lines.concern_ref, lines.child_n,
    lines.upn is not null and not regexp_matches(lines.upn, '[A-Z]$') as is_found,
    concerns.group_code, concerns.level_code, concerns.status_code, concerns.status_code <> 'closed' as is_open,
    concerns.external_agency is not null as is_referred, concerns.raised_date::date as raised_date,
    concerns.referred_date::date as referred_date, concerns.closed_date::date as closed_date
from concern_line as lines
inner join concern as concerns on lines.concern_n = concerns.concern_n;

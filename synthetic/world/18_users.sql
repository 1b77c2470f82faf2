-- The people who use the tool, in the proportions of the case study: 279 at 174 schools, three in five of which use it themselves,
-- 132 in the zones, 3 who run it and 14 others; and, beside them, some of partner agencies. It went live in the first January of the county's returns.

set variable live_from = make_date(getvariable('first_year') + 1, 1, 1);
set variable schools = (select count(*) from school);
set variable as_of_month = date_trunc('month', getvariable('as_of'))::date;

-- Schools that use it, the two whose number changed or which took another in among them.
create table user_school as
select
    school_id,
    row_number() over (
        order by is_chosen desc, if(is_chosen, phase, null), chance('uses_the_tool', school_id)
    ) as school_n
from (
    select
        school_id,
        phase,
        (phase = 'Middle' and school_id = min(school_id) over (partition by phase))
        or (phase = 'Primary' and school_id = min(school_id) over (partition by phase)) as is_chosen
    from school
)
qualify school_n <= round(0.6 * getvariable('schools'));

-- Users who stand on the edge of a rule, in every county. The reason is the one that the rule must give; null is access.
create table user_case as
select * from (
    values
    ('school', 1, 'agreement_expires_on_the_day', null),
    ('school', 2, 'agreement_expired_the_day_before', 'agreement_expired'),
    ('school', 3, 'agreement_never_signed', 'agreement_missing'),
    ('school', 4, 'agreement_signed_on_the_day', null),
    ('school', 5, 'check_three_years_old_tomorrow', null),
    ('school', 6, 'check_three_years_old_on_the_day', 'dbs_check_too_old'),
    ('school', 7, 'never_checked', 'dbs_check_missing'),
    ('school', 8, 'number_of_a_predecessor', null),
    ('school', 9, 'school_merged_into_another', null),
    ('school', 10, 'two_schools', null),
    ('school', 11, 'left_the_day_before', 'access_ended'),
    ('school', 12, 'leaves_on_the_day', null),
    ('zone', 1, 'scope_of_another_kind', 'scope_not_of_role'),
    ('zone', 2, 'zone_called_by_another_name', null),
    ('left', 1, 'left_long_ago', 'access_ended'),
    ('next', 1, 'begins_tomorrow', 'access_not_begun')
) as cases (kind, kind_n, case_name, reason_code);

create table tool_user as
with kinds (kind, users) as (
    values
    ('school', round(279 / 174.0 * getvariable('schools'))),
    ('zone', round(132 / 174.0 * getvariable('schools'))),
    ('ict', greatest(1, round(3 / 174.0 * getvariable('schools')))),
    ('county', greatest(1, round(14 / 174.0 * getvariable('schools')))),
    ('left', greatest(1, round(0.15 * getvariable('schools')))),
    ('next', 1),
    ('health', greatest(1, round(7 / 174.0 * getvariable('schools')))),
    ('police', greatest(1, round(2 / 174.0 * getvariable('schools'))))
),

numbered as (
    select kinds.kind, numbers.n as kind_n,
        row_number() over (order by kinds.kind in ('health', 'police'), kinds.kind, numbers.n) as user_n
    from kinds, lateral (select unnest(range(1, kinds.users::int + 1)) as n) as numbers
)

select
    numbered.user_n,
    numbered.kind,
    numbered.kind_n,
    'E' || (10000 + 13 * numbered.user_n)::varchar as user_id,
    if(numbered.kind in ('left', 'next'), 'school', numbered.kind) as role_code,
    case
        when numbered.kind in ('school', 'left', 'next') then 'School'
        when numbered.kind = 'health' then 'Health trust'
        when numbered.kind = 'police' then 'Police'
        when numbered.kind = 'zone' and chance('employer', numbered.user_n) < 0.3 then 'Health trust'
        else 'Council'
    end as organisation,
    case
        when cases.case_name = 'begins_tomorrow' then getvariable('as_of') + 1
        when numbered.kind = 'left' then getvariable('live_from')
        else draw_day('access_from', numbered.user_n, getvariable('live_from'), getvariable('live_from') + 200)
    end as access_from,
    case
        when cases.case_name = 'left_the_day_before' then getvariable('as_of') - 1
        when cases.case_name = 'leaves_on_the_day' then getvariable('as_of')
        when numbered.kind = 'left'
            then draw_day('access_to', numbered.user_n, getvariable('live_from') + 60, getvariable('live_from') + 200)
    end as access_to,
    cases.case_name,
    if(numbered.kind = 'left', 'access_ended', cases.reason_code) as reason_code
from numbered
left join user_case as cases on numbered.kind = cases.kind and numbered.kind_n = cases.kind_n;

-- school_id is the school as it is today, number what the list calls it.
create table tool_user_scope as
with placed as (
    select
        users.*,
        case users.case_name
            when 'number_of_a_predecessor' then 1
            when 'school_merged_into_another' then 2
            else (users.kind_n - 1) % (select count(*) from user_school) + 1
        end as school_n
    from tool_user as users
),

at_schools as (
    select placed.user_n, placed.case_name, schools.school_id, schools.school_n
    from placed
    inner join user_school as schools
        on
            placed.school_n = schools.school_n
            or (placed.case_name = 'two_schools' and schools.school_n = placed.school_n % (select count(*) from user_school) + 1)
    where placed.role_code = 'school' or placed.case_name = 'scope_of_another_kind'
),

predecessors as (
    select founding_id as school_id, min(school_id) as number
    from establishment
    where close_date is not null and school_id <> founding_id and school_id like '838%'
    group by founding_id
)

select
    at_schools.user_n,
    'school' as scope_level,
    at_schools.school_id,
    if(
        at_schools.case_name in ('number_of_a_predecessor', 'school_merged_into_another'),
        predecessors.number,
        at_schools.school_id
    ) as number,
    null as zone_code,
    null as zone_name,
    null::date as scope_from,
    false as is_left_out
from at_schools
left join predecessors on at_schools.school_id = predecessors.school_id
union all
select
    users.user_n, 'zone', null, null, zones.zone_code,
    if(users.case_name = 'zone_called_by_another_name', 'Old ' || zones.zone_name, zones.zone_name),
    users.access_from, false
from tool_user as users
inner join zone as zones on (users.kind_n - 1) % 7 + 1 = zones.zone_n
where users.kind in ('zone', 'health') and users.case_name is distinct from 'scope_of_another_kind'
union all
select user_n, 'county', null, null, null, null, null, false
from tool_user
where kind in ('county', 'police');

-- An agreement is good for a year and renewed a fortnight early, a check renewed well within three years.
create table tool_user_clearance as
select users.user_n, 'agreement' as clearance_code, dates.given_date, dates.given_date + 364 as expiry_date
from tool_user as users, lateral (
    select unnest(generate_series(
        users.access_from - draw('signed', users.user_n, 30),
        coalesce(users.access_to, getvariable('as_of') + 1),
        interval 350 day
    ))::date as given_date
) as dates
where users.case_name is null or users.case_name not like 'agreement%'
union all
select users.user_n, 'agreement', dates.given_date, dates.expiry_date
from tool_user as users
inner join (
    values
    ('agreement_expires_on_the_day', getvariable('as_of') - 364, getvariable('as_of')),
    ('agreement_expired_the_day_before', getvariable('as_of') - 365, getvariable('as_of') - 1),
    ('agreement_signed_on_the_day', getvariable('as_of'), getvariable('as_of') + 364)
) as dates (case_name, given_date, expiry_date) on users.case_name = dates.case_name
union all
select users.user_n, 'dbs_check', dates.given_date, null
from tool_user as users, lateral (
    select unnest(generate_series(
        users.access_from - 30 - draw('checked', users.user_n, 700),
        coalesce(users.access_to, getvariable('as_of') + 1),
        interval 1000 day
    ))::date as given_date
) as dates
where (users.case_name is null or users.case_name not like '%check%') and users.role_code <> 'ict'
union all
select user_n, 'dbs_check',
    (getvariable('as_of') - interval '3 years')::date + if(case_name = 'check_three_years_old_tomorrow', 1, 0), null
from tool_user
where case_name like 'check_three_years_old%';

-- Nobody uses it in August; the first user of each school uses it in every other month, most others in most.
create table tool_user_use as
select
    users.user_n,
    months.use_month,
    case
        when month(months.use_month) = 8 then 0
        when
            users.kind <> 'school' or users.kind_n > (select count(*) from user_school)
            then
                if(
                    chance('is_a_user', users.user_n) < 0.85 and chance('used', users.user_n || '.' || months.use_month) < 0.9,
                    1 + draw('days_used', users.user_n || '.' || months.use_month, 9),
                    0
                )
        else 1 + draw('days_used', users.user_n || '.' || months.use_month, 9)
    end as days_used
from tool_user as users, lateral (
    select unnest(generate_series(
        date_trunc('month', users.access_from), least(users.access_to, getvariable('as_of')), interval 1 month
    ))::date as use_month
) as months
where users.access_from <= getvariable('as_of');

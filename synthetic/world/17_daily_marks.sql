-- The marks of every morning and afternoon of the current year, at the schools that send them. In the weeks of a census they
-- are the sessions it counts, laid out over the days; since then each day is drawn for itself, at the child's own rate, so that
-- the same day of the county seen a month later has the same marks.

-- Every seventh school sends none, whatever the seed: counties of one size have the same files.
create table feed_school as
select school_id, school_n
from (select school_id, row_number() over (order by school_id) as school_n from school)
where school_n % 7 <> 0;

set variable feed_year = year_of(getvariable('as_of'));

create table feed_school_day as
select later.day, later.school_days as day_number
from day_count as later
inner join day_count as earlier on later.day = earlier.day + 1 and later.school_days > earlier.school_days
where
    later.day between (select first_day from school_year where start_year = getvariable('feed_year'))
    and getvariable('as_of');

-- What a return counts of a child at one school.
create table feed_span as
select
    row_number() over (order by attendances.school_id, attendances.child_n, attendances.attendance_n) as span_n,
    attendances.child_n,
    attendances.school_id,
    attendances.return_pupil_n,
    attendances.period,
    attendances.present_from as from_date,
    attendances.present_to as to_date,
    attendances.to_date as period_to_date,
    pupils.reference_date,
    attendances.sessions_on_roll - attendances.sessions_possible as sessions_elsewhere
from attendance as attendances
inner join return_pupil as pupils on attendances.return_pupil_n = pupils.return_pupil_n
where
    attendances.start_year = getvariable('feed_year')
    and attendances.school_id in (select school_id from feed_school);

-- The codes of each span that are not a presence, one row for each session, counted from nought.
create table feed_code as
with reasons as (
    select spans.span_n, sessions.attendance_code, sessions.sessions
    from feed_span as spans
    inner join attendance_session as sessions
        on spans.return_pupil_n = sessions.return_pupil_n and spans.period = sessions.period
    where sessions.attendance_code <> 'D'
    union all
    select span_n, 'D', sessions_elsewhere from feed_span
),

placed as (
    select
        *,
        sum(sessions) over (
            partition by span_n order by attendance_code in ('B', 'P', 'V', 'K', 'D'), attendance_code
            rows between unbounded preceding and current row
        ) - sessions as first_place
    from reasons
    where sessions > 0
)

select span_n, first_place + unnest(range(sessions)) as place, attendance_code
from placed;

-- Whole days are missed rather than halves: the days of a span stand in an order of chance, two places for each.
create table feed_mark as
with counted_days as (
    select
        spans.*,
        days.day,
        row_number() over (
            partition by spans.span_n order by chance('order_of_days', spans.child_n || '.' || days.day_number)
        ) as turn
    from feed_span as spans
    inner join feed_school_day as days on days.day between spans.from_date and spans.to_date
),

counted as (
    select
        days.school_id,
        days.day as attendance_date,
        days.child_n,
        coalesce(mornings.attendance_code, if((days.turn + days.child_n) % 41 = 0, 'L', '/')) as morning_mark,
        coalesce(afternoons.attendance_code, chr(92)) as afternoon_mark,
        days.period_to_date,
        days.reference_date
    from counted_days as days
    left join feed_code as mornings on days.span_n = mornings.span_n and 2 * days.turn - 2 = mornings.place
    left join feed_code as afternoons on days.span_n = afternoons.span_n and 2 * days.turn - 1 = afternoons.place
),

own_rate as (
    select child_n, sum(sessions_absent) / sum(sessions_possible) as rate
    from attendance
    where start_year = getvariable('feed_year')
    group by child_n
),

since_days as (
    select
        spells.school_id,
        spells.child_n,
        spells.enrol_status,
        days.day,
        days.day_number,
        children.edge_n is not null and children.absent_after_move is not null as stands_on_an_edge,
        coalesce(own_rate.rate, 0.05) as rate,
        chance('absent_on', children.birth_id || '.' || days.day_number) as luck,
        -- Two days in five at the second school, where there is one; the other school marks them D.
        days.day_number % 5 < 2 as is_day_of_the_second,
        seconds.child_n is not null as has_second
    from spell as spells
    inner join child as children on spells.child_n = children.child_n
    inner join feed_school_day as days
        on
            days.day between spells.start_date and spells.end_date
            and days.day > getvariable('last_period_end') and days.day < getvariable('as_of')
    left join own_rate on spells.child_n = own_rate.child_n
    left join (select * from spell where enrol_status = 'S') as seconds
        on spells.child_n = seconds.child_n and days.day between seconds.start_date and seconds.end_date
    where
        spells.enrol_status in ('C', 'M', 'S')
        and spells.school_id in (select school_id from feed_school)
),

since_codes as (
    select
        *,
        case
            -- Children on a rule's edge stay there: nobody could ask these sessions of them.
            when stands_on_an_edge then 'Q'
            when enrol_status = 'S' and not is_day_of_the_second then 'D'
            when enrol_status = 'M' and has_second and is_day_of_the_second then 'D'
            when luck < rate * 0.3 then 'O'
            when luck < rate then 'I'
        end as code
    from since_days
),

since as (
    select
        school_id,
        day as attendance_date,
        child_n,
        coalesce(code, if((day_number + child_n) % 41 = 0, 'L', '/')) as morning_mark,
        coalesce(code, chr(92)) as afternoon_mark,
        null::date as period_to_date,
        null::date as reference_date
    from since_codes
),

marks as (
    select * from counted
    union all
    select * from since
),

codes as (
    select
        attendance_code,
        category in ('authorised', 'unauthorised') as is_absence,
        category not in ('elsewhere', 'not_possible') as is_possible
    from read_csv(getvariable('reference') || '/ref_attendance_code.csv', all_varchar = true, escape = '')
)

select
    marks.*,
    mornings.is_possible::int + afternoons.is_possible::int as sessions_possible,
    mornings.is_absence::int + afternoons.is_absence::int as sessions_absent
from marks
inner join codes as mornings on marks.morning_mark = mornings.attendance_code
inner join codes as afternoons on marks.afternoon_mark = afternoons.attendance_code
order by marks.school_id, marks.attendance_date, marks.child_n;

-- The marks of the as-of date itself, which arrive the night after.
create table feed_mark_next_day as
select
    spells.school_id,
    getvariable('as_of') as attendance_date,
    spells.child_n,
    if(chance('absent_on_the_day', children.birth_id) < 0.06, 'I', '/') as morning_mark,
    if(chance('absent_on_the_day', children.birth_id) < 0.06, 'I', chr(92)) as afternoon_mark
from spell as spells
inner join child as children on spells.child_n = children.child_n
where
    spells.school_id in (select school_id from feed_school)
    and spells.enrol_status in ('C', 'M')
    and getvariable('as_of') between spells.start_date and spells.end_date
order by spells.school_id, spells.child_n;

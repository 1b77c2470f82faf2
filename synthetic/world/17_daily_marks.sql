-- The marks of every morning and afternoon of the current year, at the schools that send them. In the weeks of a census they
-- are the sessions it counts, laid out over the days; since then they go on at each child's own rate.

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

-- What a child did at one school in the weeks of one census, and what it has done since the last.
create table feed_span as
with own_rate as (
    select child_n, sum(sessions_absent) / sum(sessions_possible) as rate
    from attendance
    where start_year = getvariable('feed_year')
    group by child_n
),

counted as (
    select
        attendances.child_n,
        attendances.school_id,
        attendances.return_pupil_n,
        attendances.period,
        attendances.present_from as from_date,
        attendances.present_to as to_date,
        attendances.sessions_on_roll,
        attendances.sessions_on_roll - attendances.sessions_possible as sessions_elsewhere,
        attendances.sessions_absent,
        0 as sessions_unauthorised
    from attendance as attendances
    where attendances.start_year = getvariable('feed_year')
),

since as (
    select
        spells.child_n,
        spells.school_id,
        spells.enrol_status,
        children.birth_id,
        children.edge_n is not null and children.absent_after_move is not null as stands_on_an_edge,
        greatest(spells.start_date, getvariable('last_period_end') + 1) as from_date,
        least(spells.end_date, getvariable('as_of') - 1) as to_date,
        coalesce(own_rate.rate, 0.05) as rate
    from spell as spells
    inner join child as children on spells.child_n = children.child_n
    left join own_rate on spells.child_n = own_rate.child_n
    where
        spells.enrol_status in ('C', 'M', 'S')
        and greatest(spells.start_date, getvariable('last_period_end') + 1)
        <= least(spells.end_date, getvariable('as_of') - 1)
),

since_on_roll as (
    select
        since.*,
        2 * (until.school_days - before.school_days) as sessions_on_roll
    from since
    inner join day_count as until on since.to_date = until.day
    inner join day_count as before on since.from_date - 1 = before.day
),

since_elsewhere as (
    select
        *,
        case enrol_status
            when 'S' then sessions_on_roll - sessions_on_roll * 2 // 5
            when 'M' then coalesce((
                select max(seconds.sessions_on_roll * 2 // 5)
                from since_on_roll as seconds
                where seconds.child_n = since_on_roll.child_n and seconds.enrol_status = 'S'
            ), 0)
            else 0
        end as sessions_elsewhere
    from since_on_roll
),

since_absent as (
    select
        *,
        floor(
            (sessions_on_roll - sessions_elsewhere)
            * least(1, rate * (0.75 + 0.5 * chance('absence_since', birth_id || '.' || school_id)))
            + chance('rounding_since', birth_id || '.' || school_id)
        )::int as absent
    from since_elsewhere
    where sessions_on_roll > 0
)

select
    row_number() over (order by school_id, child_n, from_date, return_pupil_n) as span_n,
    *
from (
    select *, false as stands_on_an_edge from counted
    union all
    select
        child_n, school_id, null as return_pupil_n, 'since' as period, from_date, to_date, sessions_on_roll,
        sessions_elsewhere,
        if(stands_on_an_edge, 0, least(absent, sessions_on_roll - sessions_elsewhere)) as sessions_absent,
        if(stands_on_an_edge, 0, floor(absent * 0.5 * chance('unauthorised_since', birth_id))::int) as sessions_unauthorised,
        stands_on_an_edge
    from since_absent
)
where school_id in (select school_id from feed_school);

-- The codes of each span that are not a presence, one row for each session, counted from nought.
create table feed_code as
with reasons as (
    select spans.span_n, sessions.attendance_code, sessions.sessions
    from feed_span as spans
    inner join attendance_session as sessions
        on spans.return_pupil_n = sessions.return_pupil_n and spans.period = sessions.period
    where sessions.attendance_code <> 'D'
    union all
    select span_n, 'I', sessions_absent - sessions_unauthorised from feed_span where period = 'since'
    union all
    select span_n, 'O', sessions_unauthorised from feed_span where period = 'since'
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
with days as (
    select
        spans.span_n, spans.child_n, spans.school_id, spans.stands_on_an_edge,
        days.day,
        row_number() over (
            partition by spans.span_n order by chance('order_of_days', spans.span_n || '.' || days.day_number)
        ) as turn
    from feed_span as spans
    inner join feed_school_day as days on days.day between spans.from_date and spans.to_date
)

select
    days.school_id,
    days.day as attendance_date,
    days.child_n,
    case
        when days.stands_on_an_edge then 'Q'
        else coalesce(mornings.attendance_code, if((days.turn + days.span_n) % 41 = 0, 'L', '/'))
    end as morning_mark,
    case when days.stands_on_an_edge then 'Q' else coalesce(afternoons.attendance_code, chr(92)) end as afternoon_mark
from days
left join feed_code as mornings on days.span_n = mornings.span_n and 2 * days.turn - 2 = mornings.place
left join feed_code as afternoons on days.span_n = afternoons.span_n and 2 * days.turn - 1 = afternoons.place
order by days.school_id, attendance_date, days.child_n;

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

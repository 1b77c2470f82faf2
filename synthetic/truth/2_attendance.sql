-- Returns count from the end of their period on, and the marks that none has taken over by the day, of every child. A year that marks alone
-- have opened has no word until it holds the sessions that the rule asks for.
create or replace table true_attendance as
with counted as (
    select child_n, start_year, sessions_possible, sessions_absent, to_date, true as is_returned
    from attendance
    where to_date <= getvariable('as_of')
    union all
    select
        marks.child_n, getvariable('feed_year'), sum(marks.sessions_possible), sum(marks.sessions_absent),
        max(marks.attendance_date), false
    from feed_mark as marks
    where
        marks.attendance_date <= getvariable('as_of')
        and (marks.period_to_date is null or marks.period_to_date > getvariable('as_of'))
    group by marks.child_n
),

with_word as (
    select
        child_n,
        start_year,
        bool_or(is_returned) or sum(sessions_possible) >= (
            select minimum_sessions from rule_in_force where flag_code = 'attendance'
        ) as has_word
    from counted
    group by child_n, start_year
),

in_last_year as (
    select counted.*
    from counted
    inner join (
        select child_n, start_year
        from with_word
        qualify row_number() over (partition by child_n order by has_word desc, start_year desc) = 1
    ) as years
        on counted.child_n = years.child_n and counted.start_year = years.start_year
)

select
    child_n,
    sum(sessions_possible) as possible,
    sum(sessions_absent) as absent,
    bool_or(sessions_absent > sessions_possible) as is_inconsistent,
    max(to_date) as covers_to_date
from in_last_year
group by child_n;

-- Mistakes in the daily marks, in the days that no census counts yet: a code nobody knows, a register left open, a whole day
-- marked wrong and sent again, a pupil of whom no other source knows.

create table feed_target as
select
    school_id,
    attendance_date,
    child_n,
    row_number() over (partition by school_id order by chance('which_mark', child_n || '.' || attendance_date)) as turn
from feed_row
where
    attendance_date > getvariable('last_period_end') and extract_date < getvariable('as_of')
    and child_n not in (select child_n from child where edge_n is not null)
qualify turn <= 2;

insert into dirt
select child_n, if(turn = 1, 'mark_unknown', 'mark_left_blank'), 'attendance_daily', school_id || '.' || attendance_date,
    'attendance', child_n
from feed_target
where chance('mark_dirt', school_id || '.' || turn) < 0.5;

update feed_row set morning_mark = 'ZQ'
where (child_n, school_id || '.' || attendance_date) in (select target, detail from dirt where cause = 'mark_unknown');
update feed_row set afternoon_mark = null
where (child_n, school_id || '.' || attendance_date) in (select target, detail from dirt where cause = 'mark_left_blank');

-- The day was sent as if nobody had come; the file that puts it right holds that day alone.
create table feed_corrected_day as
select school_id, max(attendance_date) as attendance_date
from feed_row
where
    extract_date < getvariable('as_of') - 7 and attendance_date > getvariable('last_period_end')
    and school_id in (select school_id from feed_school where school_n % 5 = 0)
group by school_id;

insert into dirt
select null, 'day_corrected', 'attendance_daily', school_id || '.' || attendance_date, '', null
from feed_corrected_day;

insert into feed_row
select * replace (getvariable('as_of') - 3 as extract_date)
from feed_row
where (school_id, attendance_date) in (select school_id, attendance_date from feed_corrected_day);

update feed_row set morning_mark = 'N', afternoon_mark = 'N'
where
    (school_id, attendance_date) in (select school_id, attendance_date from feed_corrected_day)
    and extract_date < getvariable('as_of') - 7;

insert into dirt
select null, 'pupil_unknown', 'attendance_daily', school_id, '', null
from feed_school
where chance('pupil_unknown', school_id) < 0.3;

insert into feed_row
select
    school_id, getvariable('as_of') - 1, max(attendance_date), null, upn(school_id || '25' || '999'), '/', chr(92)
from feed_row
where extract_date = getvariable('as_of') - 1 and school_id in (select detail from dirt where cause = 'pupil_unknown')
group by school_id;

-- Mistakes of the kinds that real deliveries bring, at rates that no delivery is turned away for. Each is on record with its
-- cause and the flags that it can change; where a flag stands beside none, the warehouse is expected to see through it.

-- Census returns: at most one mistake of a kind in a school's return, and none where one row is a large part of the return.
create table return_size as
select reference_date, school_id, count(*) as pupils,
    reference_date || '.' || school_id as return_id
from return_pupil
group by reference_date, school_id;

insert into dirt
select pupils.child_n, 'upn_check_letter_wrong', 'school_census', sizes.return_id, 'attendance|fsm', pupils.return_pupil_n
from return_pupil as pupils
inner join return_size as sizes on pupils.reference_date = sizes.reference_date and pupils.school_id = sizes.school_id
where sizes.pupils >= 60 and chance('bad_upn', sizes.return_id) < 0.25
qualify row_number() over (partition by sizes.return_id order by chance('which_upn', pupils.return_pupil_n)) = 1;

update return_pupil set upn = wrong_letter(upn)
where return_pupil_n in (select target from dirt where cause = 'upn_check_letter_wrong');

insert into dirt
select pupils.child_n, 'sen_code_obsolete', 'school_census', sizes.return_id, '', pupils.return_pupil_n
from return_pupil as pupils
inner join return_size as sizes on pupils.reference_date = sizes.reference_date and pupils.school_id = sizes.school_id
where
    sizes.pupils >= 60 and chance('old_sen', sizes.return_id) < 0.15
    and pupils.roll = 'on' and pupils.sen_provision = 'K'
qualify row_number() over (partition by sizes.return_id order by chance('which_sen', pupils.return_pupil_n)) = 1;

update return_pupil set sen_provision = if(return_pupil_n % 2 = 0, 'P', 'A')
where return_pupil_n in (select target from dirt where cause = 'sen_code_obsolete');

insert into dirt
select pupils.child_n, 'attendance_code_unknown', 'school_census', sizes.return_id, 'attendance', pupils.return_pupil_n
from return_pupil as pupils
inner join return_size as sizes on pupils.reference_date = sizes.reference_date and pupils.school_id = sizes.school_id
inner join attendance_session as reasons on pupils.return_pupil_n = reasons.return_pupil_n
where sizes.pupils >= 100 and chance('bad_code', sizes.return_id) < 0.12 and reasons.attendance_code = 'O' and reasons.period = 'term'
qualify row_number() over (partition by sizes.return_id order by chance('which_code', pupils.return_pupil_n)) = 1;

update attendance_session set attendance_code = 'ZQ'
where
    attendance_code = 'O' and period = 'term'
    and return_pupil_n in (select target from dirt where cause = 'attendance_code_unknown');

insert into dirt
select pupils.child_n, 'absence_exceeds_possible', 'school_census', sizes.return_id, 'attendance', pupils.return_pupil_n
from return_pupil as pupils
inner join return_size as sizes on pupils.reference_date = sizes.reference_date and pupils.school_id = sizes.school_id
inner join attendance_session as reasons on pupils.return_pupil_n = reasons.return_pupil_n
where sizes.pupils >= 150 and chance('too_many', sizes.return_id) < 0.12 and reasons.attendance_code = 'I' and reasons.period = 'term'
qualify row_number() over (partition by sizes.return_id order by chance('which_sessions', pupils.return_pupil_n)) = 1;

update attendance_session set sessions = (
    select attendance.sessions_possible + 10 from attendance
    where attendance.return_pupil_n = attendance_session.return_pupil_n and attendance.period = 'term'
)
where
    attendance_code = 'I' and period = 'term'
    and return_pupil_n in (select target from dirt where cause = 'absence_exceeds_possible');

insert into dirt
select pupils.child_n, 'fsm_ends_before_it_starts', 'school_census', sizes.return_id, 'fsm', pupils.return_pupil_n
from return_pupil as pupils
inner join return_size as sizes on pupils.reference_date = sizes.reference_date and pupils.school_id = sizes.school_id
inner join return_fsm as meals on pupils.return_pupil_n = meals.return_pupil_n
where
    sizes.pupils >= 60 and chance('fsm_backwards', sizes.return_id) < 0.15
    and meals.period_n = 1 and meals.fsm_end_date is null and pupils.child_n not in (select child_n from child where edge_n is not null)
qualify row_number() over (partition by sizes.return_id order by chance('which_fsm', pupils.return_pupil_n)) = 1;

update return_fsm set fsm_end_date = fsm_start_date - 10
where return_pupil_n in (select target from dirt where cause = 'fsm_ends_before_it_starts') and period_n = 1;

-- What began or ended after the last return is true in the world and cannot be in any file.
insert into dirt
select child_n, 'late_change', 'school_census',
    if(start_date > getvariable('last_return'), 'eligible since after the last return', 'eligible until after the last return'),
    'fsm', null
from fsm_spell
where
    (start_date > getvariable('last_return') or (end_date > getvariable('last_return') and not is_end_known_ahead))
    and start_date <= getvariable('as_of')
    and child_n in (select child_n from known_to_census);

-- Attainment: a handful of rows in a thousand of each file, none in the smallest files.
create table attainment_target as
select
    row_n,
    child_n,
    assessment_code || ' ' || academic_year || coalesce(' ' || term, '') as file_name,
    row_number() over (
        partition by assessment_code, academic_year, term order by chance('attainment_dirt', row_n)
    ) as n,
    count(*) over (partition by assessment_code, academic_year, term) as file_rows
from attainment_row;

insert into dirt
select child_n, cause, 'attainment', file_name, flags_affected, row_n
from attainment_target
inner join (
    values
    (0, 'upn_check_letter_wrong', 'attainment', 0.003), (1, 'mark_missing', 'attainment', 0.004),
    (2, 'outcome_code_unknown', 'attainment', 0.002), (3, 'row_duplicated', '', 0.003), (4, 'upn_untidy', '', 0.010)
) as kinds (kind, cause, flags_affected, share)
    -- The first rows by chance belong to the first kind, the next to the second …: no row is hit twice.
    on attainment_target.n % 5 = kinds.kind and attainment_target.n // 5 < floor(attainment_target.file_rows * kinds.share);

update attainment_row set upn = wrong_letter(upn)
where row_n in (select target from dirt where cause = 'upn_check_letter_wrong' and source = 'attainment');
update attainment_row set upn = '  ' || lower(upn) || ' '
where row_n in (select target from dirt where cause = 'upn_untidy' and source = 'attainment');
update attainment_row set outcome_1 = null
where row_n in (select target from dirt where cause = 'mark_missing' and source = 'attainment');
update attainment_row set outcome_1 = '?9'
where row_n in (select target from dirt where cause = 'outcome_code_unknown' and source = 'attainment');
update attainment_row set copies = 2
where row_n in (select target from dirt where cause = 'row_duplicated' and source = 'attainment');

-- Synergy.
insert into dirt
select child_n, 'upn_untidy', 'synergy', 'pupils', '', child_n
from synergy_pupil where chance('untidy', child_n) < 0.01;
update synergy_pupil set upn = if(child_n % 2 = 0, lower(upn), upn || '  ')
where child_n in (select target from dirt where cause = 'upn_untidy' and source = 'synergy');

insert into dirt
select child_n, 'cell_begins_with_equals', 'synergy', 'pupils', '', child_n
from synergy_pupil where chance('equals', child_n) < 0.003;
update synergy_pupil set address_line = '=' || address_line
where child_n in (select target from dirt where cause = 'cell_begins_with_equals');

insert into dirt
select child_n, 'row_duplicated', 'synergy', 'enrolments', '', spell_n
from synergy_enrolment where chance('twice', spell_n) < 0.002;
update synergy_enrolment set copies = 2
where spell_n in (select target from dirt where cause = 'row_duplicated' and source = 'synergy');

insert into dirt
select child_n, 'sen_code_obsolete', 'synergy', 'sen', '', sen_n
from synergy_sen where sen_provision = 'K' and chance('old_code', sen_n) < 0.004;
update synergy_sen set sen_provision = if(sen_n % 2 = 0, 'P', 'A')
where sen_n in (select target from dirt where cause = 'sen_code_obsolete' and source = 'synergy');

insert into dirt
select child_n, 'need_code_unknown', 'synergy', 'sen', '', sen_n
from synergy_sen
where chance('bad_need', sen_n) < 0.003 and child_n not in (select child_n from child where edge_n is not null);
update synergy_sen set primary_need = 'QQQ'
where sen_n in (select target from dirt where cause = 'need_code_unknown');

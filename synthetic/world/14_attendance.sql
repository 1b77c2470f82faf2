-- Sessions possible from the calendar and the spell; sessions absent from the child, its phase, its year and its circumstances.

-- Logistic: the logarithm of the absence rate has this middle and spread. Two figures of the real county fix them for each
-- phase: the share of children who miss a tenth, and the share who miss half.
create table absence_pattern as
select * from (values
    ('primary', -3.47, 0.53), ('secondary', -3.35, 0.80), ('special', -2.95, 0.80), ('PRU', -1.60, 0.80)
) as patterns (pattern, middle, spread);

create table attendance as
with periods as (
    select
        pupils.return_pupil_n,
        pupils.child_n,
        pupils.spell_n,
        pupils.school_id,
        pupils.enrol_status,
        pupils.sen_provision,
        periods.period,
        periods.start_year,
        periods.to_date,
        children.birth_id,
        children.edge_n,
        children.move_date,
        children.absent_before_move,
        children.absent_after_move,
        children.idaci_decile,
        children.cohort,
        pupils.phase,
        greatest(pupils.entry_date, periods.from_date) as present_from,
        least(coalesce(pupils.leaving_date, periods.to_date), periods.to_date) as present_to
    from return_pupil as pupils
    inner join census_period as periods
        on pupils.census_year = periods.census_year and pupils.census_term = periods.census_term
    inner join child as children on pupils.child_n = children.child_n
    where
        -- Age on 31 August before the academic year of the period.
        periods.start_year - children.cohort between periods.attendance_age_from and periods.attendance_age_to
        and pupils.boarder = 'N'
        and pupils.enrol_status in ('C', 'M', 'S')
),

counted as (
    select
        periods.*,
        2 * (until.school_days - before.school_days) as sessions_on_roll
    from periods
    inner join day_count as until on periods.present_to = until.day
    inner join day_count as before on periods.present_from - 1 = before.day
    where periods.present_from <= periods.present_to
),

-- Dual registration: two fifths of the sessions of those weeks are at the second school, the main school codes them D.
shared as (
    select
        counted.*,
        case
            when counted.enrol_status = 'S' then counted.sessions_on_roll * 2 // 5
            when counted.enrol_status = 'M' then counted.sessions_on_roll - coalesce(seconds.sessions_on_roll * 2 // 5, 0)
            else counted.sessions_on_roll
        end as sessions_possible
    from counted
    left join (
        select child_n, period, to_date, max(sessions_on_roll) as sessions_on_roll
        from counted
        where enrol_status = 'S'
        group by child_n, period, to_date
    ) as seconds
        on
            counted.child_n = seconds.child_n
            and counted.period = seconds.period
            and counted.to_date = seconds.to_date
),

rated as (
    select
        shared.*,
        least(0.97, exp(
            patterns.middle
            + patterns.spread * (
                log_odds('absence', shared.birth_id)
                + 0.35 * log_odds('absence_of_year', shared.birth_id || '.' || shared.start_year)
            )
            + 0.28 * (meals.child_n is not null)::int
            + 0.22 * (shared.sen_provision = 'K' and patterns.pattern <> 'special')::int
            + 0.035 * (6 - shared.idaci_decile)
        )) as rate
    from shared
    inner join absence_pattern as patterns
        on
            case
                when shared.phase in ('Special', 'PRU') then if(shared.phase = 'PRU', 'PRU', 'special')
                when shared.start_year - shared.cohort - 4 >= 7 then 'secondary'
                else 'primary'
            end = patterns.pattern
    left join (select distinct child_n from fsm_spell where end_date is null) as meals on shared.child_n = meals.child_n
    where shared.sessions_possible > 0
),

missed as (
    select
        *,
        case
            when edge_n is not null and absent_after_move is not null and to_date <> getvariable('last_period_end') then 0
            when edge_n is not null and present_to < move_date then absent_before_move
            when edge_n is not null and absent_after_move is not null then absent_after_move
            when edge_n is not null then least(2, sessions_possible)
            else least(
                sessions_possible,
                floor(
                    sessions_possible * least(1, rate * (0.75 + 0.5 * chance('absence_of_term', birth_id || '.' || to_date)))
                    + chance('rounding', birth_id || '.' || to_date || '.' || school_id)
                )
            )
        end::int as sessions_absent
    from rated
)

select
    row_number() over (order by return_pupil_n, period desc) as attendance_n,
    return_pupil_n,
    child_n,
    school_id,
    enrol_status,
    birth_id,
    period,
    start_year,
    to_date,
    present_from,
    present_to,
    sessions_on_roll,
    sessions_possible,
    sessions_absent,
    if(enrol_status = 'M', sessions_on_roll - sessions_possible, 0) as sessions_elsewhere,
    floor(
        sessions_absent * least(1, if(phase in ('Secondary', 'Upper', 'PRU'), 0.7, 0.5)
            * chance('unauthorised', birth_id || '.' || to_date))
    )::int as sessions_unauthorised
from missed;

-- The absences by reason; some sessions of approved activity, and those at the other school, go with them.
create table attendance_session as
with keyed as (
    select
        *,
        birth_id || '.' || to_date || '.' || school_id as chance_id,
        sessions_absent - sessions_unauthorised as sessions_authorised
    from attendance
),

first_split as (
    select
        *,
        floor(sessions_authorised * 0.3 * chance('medical', chance_id))::int as medical,
        if(
            chance('other_reason', chance_id) < 0.12,
            floor(sessions_authorised * 0.5 * chance('other_share', chance_id)), 0
        )::int as other_authorised,
        if(chance('holiday', chance_id) < 0.3, least(10, sessions_unauthorised), 0) as holiday,
        if(
            chance('off_site', chance_id) < 0.04,
            least(1 + draw('off_site_sessions', chance_id, 8), sessions_possible - sessions_absent), 0
        ) as off_site
    from keyed
),

split as (
    select
        *,
        sessions_authorised - medical - other_authorised as illness,
        floor((sessions_unauthorised - holiday) * 0.5 * chance('late', chance_id))::int as late,
        if(chance('no_reason', chance_id) < 0.1, 1, 0) as wants_no_reason
    from first_split
),

named as (
    select
        return_pupil_n,
        period,
        unnest([
            {'code': 'I', 'sessions': illness},
            {'code': 'M', 'sessions': medical},
            {
                -- Authorised holidays had a code of their own until 18 August 2024; reduced timetables have one since.
                'code': case
                    when to_date < date '2024-08-19'
                        then ['C', 'E', 'R', 'S', 'T', 'H'][1 + draw('other_code', chance_id, 6)]
                    else ['C', 'E', 'R', 'S', 'T', 'C1', 'C2', 'J1'][1 + draw('other_code', chance_id, 8)]
                end,
                'sessions': other_authorised
            },
            {'code': 'G', 'sessions': holiday},
            {'code': 'U', 'sessions': late},
            {
                'code': if(wants_no_reason = 1, 'N', 'O'),
                'sessions': sessions_unauthorised - holiday - late
            },
            {
                'code': if(to_date < date '2024-08-19', ['B', 'P', 'V', 'J'], ['B', 'P', 'V', 'K'])[1 + draw('off_site_code', chance_id, 4)],
                'sessions': off_site
            },
            {'code': 'D', 'sessions': sessions_elsewhere}
        ]) as reason
    from split
)

select return_pupil_n, period, reason.code as attendance_code, reason.sessions::int as sessions
from named
where reason.sessions > 0;

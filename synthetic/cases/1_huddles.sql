-- Huddles: once in every half term each school meets its partners; and the next half term's are planned.

-- The tool has been in use since the first return.
set variable tool_from = (select min(reference_date) from census);

create table huddle as
with half_terms as (
    select
        academic_year, half_term, start_date, end_date,
        row_number() over (order by start_date) as half_term_n
    from ref_term
),

planned as (
    select
        schools.school_id,
        half_terms.half_term_n,
        half_terms.start_date,
        half_terms.end_date,
        half_terms.start_date + 14 + draw('huddle_day', schools.school_id || half_terms.start_date, 8) as drawn_date
    from school as schools
    cross join half_terms
    where
        half_terms.end_date > getvariable('tool_from')
        -- The next half term is planned, what comes later is not.
        and half_terms.start_date <= (select min(start_date) from ref_term where start_date > getvariable('as_of'))
        and schools.school_id in (
            select school_id from spell
            where enrol_status in ('C', 'M') and start_date <= half_terms.start_date and end_date > half_terms.start_date
        )
),

dated as (
    -- Never at a weekend, never in a half term's first week.
    select *, drawn_date - greatest(0, isodow(drawn_date) - 5)::int as huddle_date
    from planned
)

select
    'HU' || school_id || strftime(huddle_date, '%y%m%d') as huddle_id,
    school_id,
    half_term_n,
    huddle_date,
    case
        when huddle_date >= getvariable('as_of') then 'planned'
        when chance('cancelled', school_id || half_term_n) < 0.04 then 'cancelled'
        else 'held'
    end as state
from dated
where huddle_date > getvariable('tool_from');

-- Whom the school could speak about: its children with a flag raised at the last assessment before the huddle.
create table spoken_about as
with dates as (
    select distinct as_of_date from true_flag_history
),

last_dates as (
    select huddles.huddle_id, huddles.school_id, huddles.half_term_n, huddles.huddle_date, max(dates.as_of_date) as as_of_date
    from huddle as huddles
    inner join dates on huddles.huddle_date > dates.as_of_date
    where huddles.state = 'held'
    group by all
)

select
    last_dates.huddle_id,
    last_dates.school_id,
    last_dates.half_term_n,
    last_dates.huddle_date,
    flags.child_n,
    count(*) as raised
from last_dates
inner join true_flag_history as flags
    on
        last_dates.as_of_date = flags.as_of_date and last_dates.school_id = flags.school_id and flags.state = 'raised'
inner join spell as spells
    on
        flags.child_n = spells.child_n and last_dates.school_id = spells.school_id
        and spells.enrol_status in ('C', 'M')
        and last_dates.huddle_date >= spells.start_date and last_dates.huddle_date < spells.end_date
group by all;

-- The counts as they are: one row per school, flag and half term that is over, by the rule in force on its last day and
-- on the map of that day. A half term that still runs is left out: two releases a day apart would differ by a child.
create temp table school_flag as
select
    schools.school_id as place,
    schools.school_name as place_name,
    schools.pyramid_code,
    schools.zone_code,
    dates.academic_year,
    dates.half_term,
    dates.half_term_label,
    summary.as_of_date,
    flags.flag_code,
    flags.is_summary,
    flags.is_summary or summary.flag_rule_key <> 'unknown' as has_rule,
    summary.children_count,
    summary.assessable_count,
    summary.raised_count
from build.core.fct_flag_summary as summary
inner join build.core.dim_flag as flags on summary.flag_key = flags.flag_key
inner join build.core.dim_school as schools on summary.school_key = schools.school_key
inner join build.core.dim_date as dates on summary.as_of_date = dates.calendar_date
where
    summary.rule_basis = 'in_force'
    and dates.is_assessment_date
    and not dates.is_current_assessment_date;

-- Three numbers of a row are hidden in turn: the children, who of them is raised, who could be assessed. What one step
-- hides the next hides too. Who could be assessed comes last: it is small most often, and is worth least.
create temp table step_count as
select distinct
    'children' as step,
    'every' as flag_code,
    as_of_date,
    place,
    pyramid_code,
    zone_code,
    0::bigint as raised,
    children_count as not_raised,
    0::bigint as not_assessable,
    children_count as told,
    false as is_nobody_assessable
from school_flag

union all

select
    'raised',
    flag_code,
    as_of_date,
    place,
    pyramid_code,
    zone_code,
    raised_count,
    children_count - raised_count,
    0,
    raised_count,
    assessable_count = 0
from school_flag
where not is_summary

union all

select
    'assessable',
    flag_code,
    as_of_date,
    place,
    pyramid_code,
    zone_code,
    raised_count,
    assessable_count - raised_count,
    children_count - assessable_count,
    assessable_count,
    assessable_count = 0
from school_flag
where not is_summary;

-- Levels: 0 school, 1 pyramid, 2 zone, 3 county.
create temp table hidden (step varchar, flag_code varchar, as_of_date date, level integer, place varchar);

-- What the release before told, in the same steps; empty where there is none.
create temp table before_count (
    step varchar,
    flag_code varchar,
    as_of_date date,
    level integer,
    place varchar,
    pyramid_code varchar,
    zone_code varchar,
    told bigint,
    is_hidden boolean
);

-- The counts as they are: one row per place, flag and half term that is over, by the rule in force on its last day and
-- on the map of that day. A half term that still runs is left out: two releases a day apart would differ by a child.
-- Flags of young people after Year 11 are left out: they are at no school, so that what is hidden of a zone would be told
-- by no sum, and the return's own figures are published by the department.
-- Levels: 0 school, 1 pyramid, 2 zone, 3 county. Of pyramids and zones nobody knows, nothing is told.
create temp table place_flag as
select
    places.place_type,
    case places.place_type when 'school' then 0 when 'pyramid' then 1 when 'zone' then 2 else 3 end as level,
    places.place_code as place,
    places.place_name,
    if(places.place_type = 'school', places.pyramid_code, null) as pyramid_code,
    if(places.place_type in ('school', 'pyramid'), places.zone_code, null) as zone_code,
    dates.academic_year,
    dates.half_term,
    dates.half_term_label,
    counts.as_of_date,
    flags.flag_code,
    flags.is_summary,
    flags.is_summary or counts.flag_rule_key <> 'unknown' as has_rule,
    counts.children_count,
    counts.assessable_count,
    counts.raised_count
from build.core.fct_flag_place as counts
inner join build.core.dim_place as places on counts.place_key = places.place_key
inner join build.core.dim_flag as flags on counts.flag_key = flags.flag_key
inner join build.core.dim_date as dates on counts.as_of_date = dates.calendar_date
where
    counts.rule_basis = 'in_force'
    and flags.population_code = 'school_age'
    and counts.children_count > 0
    and not dates.is_current_assessment_date
    and (places.place_type in ('school', 'county') or places.place_code <> 'unknown');

create temp table school_flag as
from place_flag
where level = 0;

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

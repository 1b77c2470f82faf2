-- The true state of every flag on the as-of date, from the world itself, by the rules of the reference seeds that held on
-- `rules_of`. Run for each half term, with that date, by today's rules and by its own, and last for the day of the extracts.

create or replace table rule_in_force as
select * from ref_flag_rule
where valid_from_date <= getvariable('rules_of') and valid_to_date > getvariable('rules_of');

-- Main registration on the day; of several, the latest.
create or replace table child_on_the_day as
select
    children.child_n,
    date_sub('year', children.birth_date, getvariable('as_of')) as age,
    mains.school_id
from child as children
left join (
    select child_n, max_by(school_id, start_date) as school_id
    from spell
    where enrol_status in ('C', 'M') and getvariable('as_of') between start_date and end_date
    group by child_n
) as mains on children.child_n = mains.child_n;

create or replace table in_scope as
select days.child_n, days.age, rules.*
from child_on_the_day as days
inner join rule_in_force as rules on days.age between rules.age_from and rules.age_to
where days.school_id is not null;

create or replace table known_to_census as
select child_n, max(reference_date) as reference_date, bool_or(boarder <> 'N') filter (where is_last) as is_boarder
from (
    select *, reference_date = max(reference_date) over (partition by child_n) as is_last
    from return_pupil
    where reference_date <= getvariable('as_of')
)
group by child_n;

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

create or replace table true_attainment as
with latest as (
    select *
    from result
    where assessment_date <= getvariable('as_of')
    qualify dense_rank() over (
        partition by child_n
        order by assessment_date desc,
            array_position(['ks4', 'ks2', 'ks1', 'phonics', 'eyfsp', 'teacher'], assessment_code)
    ) = 1
)

select
    child_n,
    any_value(assessment_code) as assessment_code,
    any_value(assessment_date) as assessment_date,
    count(*) filter (where not is_met) as below,
    count(*) filter (where is_met is null and subject_code <> 'attainment_8') as without_outcome
from latest
group by child_n;

create or replace table true_family as
select members.child_n, count(distinct needs.need_code) as needs
from programme_member as members
inner join programme_spell as programmes on members.household_id = programmes.household_id
inner join programme_need as needs on members.household_id = needs.household_id
where
    members.child_n is not null
    and getvariable('as_of') between programmes.start_date and coalesce(programmes.end_date, date '9999-12-31')
    and needs.identified_date <= getvariable('as_of')
group by members.child_n;

create or replace table true_flag as
with measured as (
    select
        scope.child_n, scope.flag_code, scope.threshold,
        round(attendances.absent / attendances.possible, 6)::double as value,
        case
            when attendances.child_n is null and (
                year_of(getvariable('as_of')) - children.cohort not between 5 and 15 or known.is_boarder
            ) then 'not_collected_at_age'
            when attendances.child_n is null then 'no_record_for_child'
            when attendances.is_inconsistent then 'sessions_inconsistent'
            when attendances.possible < scope.minimum_sessions then 'too_few_sessions'
            when getvariable('as_of') - attendances.covers_to_date > scope.maximum_age_days then 'data_too_old'
        end as reason_code,
        -- Compared in whole sessions: no rounding at exactly a tenth.
        attendances.absent >= scope.threshold::decimal(9, 4) * attendances.possible as is_raised
    from in_scope as scope
    inner join child as children on scope.child_n = children.child_n
    left join true_attendance as attendances on scope.child_n = attendances.child_n
    left join known_to_census as known on scope.child_n = known.child_n
    where scope.flag_code = 'attendance'
    union all
    select
        scope.child_n, scope.flag_code, scope.threshold, results.below,
        case
            when results.child_n is null then 'no_record_for_child'
            when results.below = 0 and results.without_outcome > 0 then 'outcome_not_recorded'
            when getvariable('as_of') - results.assessment_date > ages.maximum_age_days then 'data_too_old'
        end,
        results.below >= scope.threshold
    from in_scope as scope
    left join true_attainment as results on scope.child_n = results.child_n
    -- Until 2025 no result was too old.
    left join ref_flag_rule_age as ages
        on
            scope.rule_id = ages.rule_id and scope.version = ages.version
            and results.assessment_code = ages.evidence_code
    where scope.flag_code = 'attainment'
    union all
    select scope.child_n, scope.flag_code, scope.threshold, coalesce(families.needs, 0), null,
        coalesce(families.needs, 0) >= scope.threshold
    from in_scope as scope
    left join true_family as families on scope.child_n = families.child_n
    where scope.flag_code = 'family'
    union all
    select
        scope.child_n, scope.flag_code, scope.threshold, (meals.child_n is not null)::int,
        case
            when known.child_n is null then 'no_record_for_child'
            when getvariable('as_of') - known.reference_date > scope.maximum_age_days then 'data_too_old'
        end,
        (meals.child_n is not null)::int >= scope.threshold
    from in_scope as scope
    left join known_to_census as known on scope.child_n = known.child_n
    left join (
        select distinct child_n from fsm_spell
        where getvariable('as_of') between start_date and coalesce(end_date, date '9999-12-31')
    ) as meals on scope.child_n = meals.child_n
    where scope.flag_code = 'fsm'
    union all
    select scope.child_n, scope.flag_code, scope.threshold, (needs.child_n is not null)::int, null,
        (needs.child_n is not null)::int >= scope.threshold
    from in_scope as scope
    left join (
        select distinct child_n from sen_spell
        where
            sen_provision = 'K'
            and getvariable('as_of') between start_date and coalesce(end_date, date '9999-12-31')
    ) as needs on scope.child_n = needs.child_n
    where scope.flag_code = 'sen'
)

select
    child_n,
    flag_code,
    case when reason_code is not null then 'not_assessable' when is_raised then 'raised' else 'not_raised' end as state,
    if(reason_code is null, value, null) as value,
    reason_code
from measured;

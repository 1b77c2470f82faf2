-- The true state of every flag, those that are off too, by the rules of the reference seeds.
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
    union all
    select
        scope.child_n, scope.flag_code, scope.threshold,
        if(scope.flag_code = 'suspension', told.sessions, told.for_good),
        case
            when told.child_n is null then 'no_record_for_child'
            when getvariable('as_of') - told.told_to_date > scope.maximum_age_days then 'data_too_old'
        end,
        if(scope.flag_code = 'suspension', told.sessions, told.for_good) >= scope.threshold
    from in_scope as scope
    left join true_exclusion as told on scope.child_n = told.child_n
    where scope.flag_code in ('suspension', 'permanent_exclusion')
    union all
    select
        scope.child_n, scope.flag_code, scope.threshold, stepped.step_downs,
        case
            when stepped.is_before_time then 'no_record_for_child'
            when getvariable('as_of') - stepped.told_to > scope.maximum_age_days then 'data_too_old'
        end,
        stepped.step_downs >= scope.threshold
    from in_scope as scope
    inner join true_step_down as stepped on scope.child_n = stepped.child_n
    where scope.flag_code = 'step_down'
    union all
    select
        scope.child_n, scope.flag_code, scope.threshold,
        if(scope.flag_code = 'concern_open', counts.open_concerns, counts.of_half_term),
        case
            when counts.listed_date is null then 'no_record_for_child'
            when scope.flag_code = 'concerns_repeated' and counts.listed_date < counts.from_date then 'no_record_for_child'
            when getvariable('as_of') - counts.listed_date > scope.maximum_age_days then 'data_too_old'
        end,
        if(scope.flag_code = 'concern_open', counts.open_concerns, counts.of_half_term) >= scope.threshold
    from in_scope as scope
    inner join true_concern_count as counts on scope.child_n = counts.child_n
    where scope.flag_code in ('concern_open', 'concerns_repeated')
)

select
    child_n,
    flag_code,
    case when reason_code is not null then 'not_assessable' when is_raised then 'raised' else 'not_raised' end as state,
    if(reason_code is null, value, null) as value,
    reason_code
from measured;

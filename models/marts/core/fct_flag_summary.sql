-- Children of one school on one date, counted by the state of each flag. Every dashboard adds these rows up.
with assessments as (

    select * from {{ ref('fct_flag_assessment') }}

),

rules as (

    select * from {{ ref('dim_flag_rule') }}

),

flags as (

    select * from {{ ref('dim_flag') }}

),

-- what today's rule says of days on which another was in force
judged_anew as (

    select * from {{ ref('int_flags_evaluated') }}
    where not is_rule_in_force

),

bases as (

    select 'in_force' as rule_basis
    union all
    select 'todays' as rule_basis

),

-- each answer with the bases it counts for: nearly all count for both
answers as (

    select
        assessments.as_of_date,
        assessments.child_durable_key,
        assessments.flag_key,
        assessments.school_key,
        assessments.flag_rule_key,
        assessments.flag_state,
        true as is_rule_in_force,
        judged_anew.child_durable_key is null as is_todays_rule
    from assessments
    left join flags on assessments.flag_key = flags.flag_key
    left join judged_anew
        on
            assessments.child_durable_key = judged_anew.child_durable_key
            and assessments.as_of_date = judged_anew.as_of_date
            and flags.flag_code = judged_anew.flag_code

    union all

    select
        judged_anew.as_of_date,
        judged_anew.child_durable_key,
        assessments.flag_key,
        assessments.school_key,
        rules.flag_rule_key,
        judged_anew.flag_state,
        false as is_rule_in_force,
        true as is_todays_rule
    from judged_anew
    inner join flags on judged_anew.flag_code = flags.flag_code
    inner join assessments
        on
            judged_anew.child_durable_key = assessments.child_durable_key
            and judged_anew.as_of_date = assessments.as_of_date
            and flags.flag_key = assessments.flag_key
    inner join rules
        on
            judged_anew.rule_id = rules.rule_id
            and judged_anew.rule_version = rules.version

),

-- at least one flag raised; not assessable only where none of the flags could be assessed
any_flag as (

    select
        bases.rule_basis,
        answers.as_of_date,
        answers.child_durable_key,
        any_value(answers.school_key) as school_key,
        {{ any_flag_state('answers.flag_state') }} as flag_state
    from answers
    inner join bases
        on case bases.rule_basis when 'in_force' then answers.is_rule_in_force else answers.is_todays_rule end
    group by bases.rule_basis, answers.as_of_date, answers.child_durable_key

),

counted as (

    select
        bases.rule_basis,
        answers.as_of_date,
        answers.flag_key,
        answers.school_key,
        max(answers.flag_rule_key) as flag_rule_key,
        {{ count_states('answers.flag_state') }}
    from answers
    inner join bases
        on case bases.rule_basis when 'in_force' then answers.is_rule_in_force else answers.is_todays_rule end
    group by bases.rule_basis, answers.as_of_date, answers.flag_key, answers.school_key

    union all

    select
        any_flag.rule_basis,
        any_flag.as_of_date,
        flags.flag_key,
        any_flag.school_key,
        {{ unknown_key() }} as flag_rule_key,
        {{ count_states('any_flag.flag_state') }}
    from any_flag
    inner join flags on flags.is_summary
    group by any_flag.rule_basis, any_flag.as_of_date, flags.flag_key, any_flag.school_key

),

keyed as (

    select
        {{ surrogate_key([
            'counted.school_key', 'counted.flag_key', 'counted.as_of_date', 'counted.rule_basis'
        ]) }} as flag_summary_key,
        counted.school_key,
        schools.school_durable_key,
        schools.pyramid_key,
        schools.zone_key,
        counted.flag_key,
        counted.flag_rule_key,
        {{ or_unknown('rules.flag_rule_durable_key') }} as flag_rule_durable_key,
        {{ date_key('counted.as_of_date') }} as as_of_date_key,
        counted.rule_basis,
        counted.children_count,
        counted.assessable_count,
        counted.raised_count,
        counted.not_assessable_count,
        counted.as_of_date
    from counted
    left join {{ ref('dim_school') }} as schools on counted.school_key = schools.school_key
    left join rules on counted.flag_rule_key = rules.flag_rule_key

)

select * from keyed

with outcomes as (

    select * from {{ ref('fct_outcome') }}

),

flags as (

    select * from {{ ref('dim_flag') }}

),

-- each flag's row beside that of all of them, whose value is how many are raised
summed as (

    select
        outcomes.outcome_key,
        any_value(outcomes.response_key) as response_key,
        any_value(outcomes.child_key) as child_key,
        any_value(outcomes.child_durable_key) as child_durable_key,
        any_value(outcomes.school_key) as school_key,
        any_value(outcomes.school_durable_key) as school_durable_key,
        any_value(outcomes.pyramid_key) as pyramid_key,
        any_value(outcomes.zone_key) as zone_key,
        any_value(outcomes.response_code) as response_code,
        any_value(outcomes.opened_date) as opened_date,
        any_value(outcomes.half_terms_after) as half_terms_after,
        any_value(outcomes.before_date) as before_date,
        any_value(outcomes.after_date) as after_date,
        coalesce(
            string_agg(flags.flag_code, ',' order by flags.display_order)
            filter (where not flags.is_summary and outcomes.state_before = 'raised'),
            ''
        ) as raised_flags_before,
        cast(max(outcomes.value_before) filter (where flags.is_summary) as bigint) as flags_before_count,
        cast(max(outcomes.value_after) filter (where flags.is_summary) as bigint) as flags_after_count,
        count(*) filter (where outcomes.state_after = 'not_assessable') as not_assessable_after_count,
        cast(max(outcomes.value_change) filter (where flags.is_summary) as bigint) as flags_change,
        max(outcomes.comparable_children_count) filter (where flags.is_summary) as comparable_children_count,
        max(outcomes.comparable_value_change) filter (where flags.is_summary) as comparable_flags_change,
        max(outcomes.reason_code) filter (where flags.is_summary) as reason_code
    from outcomes
    inner join flags on outcomes.flag_key = flags.flag_key
    group by outcomes.outcome_key

),

described as (

    select
        outcome_key,
        response_key,
        child_key,
        child_durable_key,
        school_key,
        school_durable_key,
        pyramid_key,
        zone_key,
        response_code,
        opened_date,
        half_terms_after,
        before_date,
        after_date,
        raised_flags_before,
        flags_before_count,
        flags_after_count,
        case when flags_after_count is not null then not_assessable_after_count end
            as flags_not_assessable_after_count,
        flags_change,
        comparable_children_count,
        cast(comparable_flags_change as decimal(9, 4)) as comparable_flags_change,
        reason_code
    from summed

)

select * from described

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
        {{ any_known('outcomes.response_key') }} as response_key,
        {{ any_known('outcomes.child_key') }} as child_key,
        {{ any_known('outcomes.child_durable_key') }} as child_durable_key,
        {{ any_known('outcomes.school_key') }} as school_key,
        {{ any_known('outcomes.school_durable_key') }} as school_durable_key,
        {{ any_known('outcomes.pyramid_key') }} as pyramid_key,
        {{ any_known('outcomes.zone_key') }} as zone_key,
        {{ any_known('outcomes.response_code') }} as response_code,
        {{ any_known('outcomes.opened_date') }} as opened_date,
        {{ any_known('outcomes.half_terms_after') }} as half_terms_after,
        {{ any_known('outcomes.before_date') }} as before_date,
        {{ any_known('outcomes.after_date') }} as after_date,
        coalesce(
            {{ joined_in_order('flags.flag_code', "','", 'flags.display_order') }}
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
        summed.outcome_key,
        summed.response_key,
        summed.child_key,
        summed.child_durable_key,
        summed.school_key,
        summed.school_durable_key,
        schools.school_id,
        schools.school_name,
        summed.pyramid_key,
        pyramids.pyramid_code,
        pyramids.pyramid_name,
        summed.zone_key,
        zones.zone_code,
        zones.zone_name,
        summed.response_code,
        responses.response_name,
        summed.opened_date,
        summed.half_terms_after,
        summed.before_date,
        summed.after_date,
        summed.raised_flags_before,
        summed.flags_after_count is not null as is_followed_up,
        summed.flags_before_count,
        summed.flags_after_count,
        case when summed.flags_after_count is not null then summed.not_assessable_after_count end
            as flags_not_assessable_after_count,
        summed.flags_change,
        summed.comparable_children_count,
        cast(summed.comparable_flags_change as decimal(9, 4)) as comparable_flags_change,
        summed.reason_code
    from summed
    left join {{ ref('dim_school') }} as schools on summed.school_key = schools.school_key
    left join {{ ref('dim_pyramid') }} as pyramids on summed.pyramid_key = pyramids.pyramid_key
    left join {{ ref('dim_zone') }} as zones on summed.zone_key = zones.zone_key
    left join {{ ref('ref_response') }} as responses on summed.response_code = responses.response_code

)

select * from described

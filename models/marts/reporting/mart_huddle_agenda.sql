with huddles as (

    select * from {{ ref('fct_huddle') }}

),

next_huddles as (

    select * from huddles
    where huddle_state = 'planned' and school_durable_key <> {{ unknown_key() }}
    qualify row_number() over (
        partition by school_durable_key order by huddle_date asc, huddle_key asc
    ) = 1

),

last_huddles as (

    select
        next_huddles.school_durable_key,
        max(huddles.huddle_date) as last_huddle_date
    from next_huddles
    left join huddles
        on
            next_huddles.school_durable_key = huddles.school_durable_key
            and huddles.huddle_state = 'held'
            and next_huddles.huddle_date > huddles.huddle_date
    group by next_huddles.school_durable_key

),

assessments as (

    select * from {{ ref('fct_flag_assessment') }}

),

-- Raised by nothing but what other agencies know: the school could not have seen it. Where the source of a flag is not
-- known, it is no surprise.
raised as (

    select
        assessments.child_durable_key,
        string_agg(flags.flag_name, ', ' order by flags.display_order) as raised_flags,
        bool_and(coalesce(not sources.is_known_to_school, false)) as is_surprise
    from assessments
    inner join {{ ref('dim_flag') }} as flags on assessments.flag_key = flags.flag_key
    left join {{ ref('dim_delivery') }} as deliveries on assessments.delivery_key = deliveries.delivery_key
    left join {{ ref('ref_source') }} as sources on deliveries.source = sources.source
    where assessments.is_current and assessments.flag_state = 'raised'
    group by assessments.child_durable_key

),

children as (

    select * from {{ ref('mart_child_list') }}

),

invited as (

    select
        children.*,
        next_huddles.huddle_key,
        next_huddles.huddle_date,
        last_huddles.last_huddle_date,
        raised.raised_flags,
        coalesce(raised.is_surprise, false) as is_surprise
    from children
    inner join next_huddles on children.school_durable_key = next_huddles.school_durable_key
    inner join last_huddles on next_huddles.school_durable_key = last_huddles.school_durable_key
    left join raised on children.child_durable_key = raised.child_durable_key

),

spells as (

    select
        child_durable_key,
        max(raised_date) as last_raised_date
    from {{ ref('fct_flag_spell') }}
    where is_current
    group by child_durable_key

),

-- what was raised when the school last met, wherever the child then was
raised_before as (

    select
        assessments.child_durable_key,
        assessments.as_of_date,
        count(*) filter (where assessments.flag_state = 'raised') as indicators_raised_count
    from assessments
    inner join invited
        on
            assessments.child_durable_key = invited.child_durable_key
            and assessments.as_of_date <= invited.last_huddle_date
    group by assessments.child_durable_key, assessments.as_of_date
    qualify row_number() over (
        partition by assessments.child_durable_key order by assessments.as_of_date desc
    ) = 1

),

answers as (

    select * from {{ ref('ref_response') }}

),

judged as (

    select
        invited.*,
        raised_before.indicators_raised_count as indicators_raised_before_count,
        coalesce(
            invited.last_huddle_date is null or spells.last_raised_date > invited.last_huddle_date, false
        ) and invited.indicators_raised_count > 0 as is_newly_flagged,
        coalesce(invited.indicators_raised_count > raised_before.indicators_raised_count, false)
        or coalesce(invited.current_progress = 'down', false) as is_worse,
        invited.indicators_raised_count > 0 and not coalesce(answers.is_answer, false) as is_unanswered,
        coalesce(invited.review_due_date < invited.huddle_date, false) as is_review_overdue
    from invited
    left join spells on invited.child_durable_key = spells.child_durable_key
    left join raised_before on invited.child_durable_key = raised_before.child_durable_key
    left join answers on invited.response_code = answers.response_code

),

reasons as (

    select * from {{ ref('ref_agenda_reason') }}

),

-- a child is spoken about once, under the first of its reasons
ordered as (

    select
        judged.*,
        reasons.reason_code,
        reasons.reason_name,
        reasons.agenda_order
    from judged
    inner join reasons
        on case reasons.reason_code
            when 'newly_flagged' then judged.is_newly_flagged
            when 'got_worse' then judged.is_worse
            when 'no_response' then judged.is_unanswered
            when 'review_overdue' then judged.is_review_overdue
            when 'surprise' then judged.is_surprise
        end
    qualify row_number() over (
        partition by judged.child_durable_key order by reasons.agenda_order
    ) = 1

),

listed as (

    select
        {{ surrogate_key(['huddle_key', 'child_durable_key']) }} as agenda_key,
        huddle_key,
        huddle_date,
        last_huddle_date,
        school_durable_key,
        school_id,
        school_name,
        pyramid_code,
        zone_code,
        zone_name,
        child_durable_key,
        row_number() over (
            partition by huddle_key
            order by agenda_order asc, indicators_raised_count desc, child_durable_key asc
        ) as agenda_position,
        reason_code,
        reason_name,
        is_newly_flagged,
        is_worse,
        is_unanswered,
        is_review_overdue,
        is_surprise,
        nc_year,
        indicators_raised_count,
        indicators_raised_before_count,
        raised_flags,
        response_name,
        status_name,
        current_progress,
        overall_progress,
        review_due_date,
        as_of_date
    from ordered

)

select * from listed

{{ config(meta={"is_laid_over": true}) }}
with huddles as (

    select * from {{ ref('fct_huddle') }}

),

next_huddles as (

    select * from huddles
    where huddle_state = 'planned' and school_durable_key <> {{ unknown_key() }}
    qualify row_number() over (partition by school_durable_key order by huddle_date asc, huddle_key asc) = 1

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

-- whom the planners of a huddle put on its agenda, or postponed to the next
listings as (

    select
        huddle_key,
        child_durable_key,
        event_kind
    from {{ ref('fct_huddle_child_event') }}
    where event_kind in ('added', 'postponed', 'unlisted')
    qualify row_number() over (partition by huddle_key, child_durable_key order by event_order desc) = 1

),

spoken_about as (

    select
        huddle_key,
        child_durable_key
    from {{ ref('fct_huddle_review') }}
    group by huddle_key, child_durable_key

),

places as (

    select
        next_huddles.huddle_key,
        any_value(coalesce(next_huddles.places, settings.places)) - count(spoken_about.child_durable_key) as places_left
    from next_huddles
    cross join {{ ref('ref_huddle_setting') }} as settings
    left join spoken_about on next_huddles.huddle_key = spoken_about.huddle_key
    group by next_huddles.huddle_key

),

invited as (

    select
        children.*,
        next_huddles.huddle_key,
        next_huddles.huddle_date,
        last_huddles.last_huddle_date,
        coalesce(listings.event_kind = 'added', false) as is_added,
        coalesce(listings.event_kind = 'postponed', false) as is_postponed,
        coalesce(answers.is_answer, false) as is_answered,
        coalesce(children.decision_holds_until_date > next_huddles.huddle_date, false) as is_decided
    from {{ ref('mart_child_list') }} as children
    inner join next_huddles on children.school_durable_key = next_huddles.school_durable_key
    inner join last_huddles on next_huddles.school_durable_key = last_huddles.school_durable_key
    left join {{ ref('ref_response') }} as answers on children.response_code = answers.response_code
    left join listings
        on next_huddles.huddle_key = listings.huddle_key and children.child_durable_key = listings.child_durable_key
    left join spoken_about
        on
            next_huddles.huddle_key = spoken_about.huddle_key
            and children.child_durable_key = spoken_about.child_durable_key
    -- what this huddle has decided is done
    where spoken_about.child_durable_key is null

),

-- what was raised when the school last met, wherever the child then was
raised_before as (

    select
        assessments.child_durable_key,
        assessments.as_of_date,
        count(*) filter (where assessments.flag_state = 'raised') as indicators_raised_count
    from {{ ref('fct_flag_assessment') }} as assessments
    inner join invited
        on
            assessments.child_durable_key = invited.child_durable_key
            and assessments.as_of_date <= invited.last_huddle_date
    group by assessments.child_durable_key, assessments.as_of_date
    qualify row_number() over (
        partition by assessments.child_durable_key order by assessments.as_of_date desc
    ) = 1

),

-- before the first huddle everything is new
raised as (

    select
        raised_flags.child_durable_key,
        string_agg(flags.flag_name, ', ' order by flags.display_order) as raised_flags,
        count(*) filter (
            where flags.flag_role = 'reason' and raised_flags.raised_known_date <= invited.last_huddle_date
        ) as old_reasons_count,
        count(*) filter (
            where flags.flag_role = 'reason'
            and coalesce(raised_flags.raised_known_date > invited.last_huddle_date, true)
        ) as new_reasons_count,
        coalesce(bool_or(raised_flags.strong_known_date > invited.last_huddle_date), false) as is_strengthened,
        bool_or(
            not raised_flags.is_known_to_school
            and coalesce(raised_flags.raised_known_date > invited.last_huddle_date, true)
        ) as is_surprise
    from {{ ref('fct_flag_raised') }} as raised_flags
    inner join {{ ref('dim_flag') }} as flags on raised_flags.flag_key = flags.flag_key
    inner join invited on raised_flags.child_durable_key = invited.child_durable_key
    group by raised_flags.child_durable_key

),

first_tier as (

    select min(tier_order) as tier_order from {{ ref('ref_tier') }}

),

judged as (

    select
        invited.*,
        raised.raised_flags,
        raised_before.indicators_raised_count as indicators_raised_before_count,
        coalesce(raised.is_surprise, false) as is_surprise,
        coalesce(raised.is_strengthened or (raised.old_reasons_count > 0 and raised.new_reasons_count > 0), false)
        or coalesce(
            invited.current_progress = 'down'
            and coalesce(invited.response_reviewed_date > invited.last_huddle_date, true), false
        ) as is_worse,
        coalesce(raised.new_reasons_count > 0, false) as is_newly_flagged,
        invited.indicators_raised_count > 0 and not invited.is_answered as is_unanswered,
        coalesce(invited.review_due_date < invited.huddle_date, false) as is_review_overdue,
        invited.tier_order = first_tier.tier_order as is_first_tier
    from invited
    cross join first_tier
    left join raised on invited.child_durable_key = raised.child_durable_key
    left join raised_before on invited.child_durable_key = raised_before.child_durable_key

),

-- a child is spoken about once, under the first of its reasons; what a huddle decided holds until something changes
reasoned as (

    select
        judged.*,
        reasons.reason_code,
        reasons.reason_name,
        reasons.agenda_order
    from judged
    inner join {{ ref('ref_agenda_reason') }} as reasons
        on case reasons.reason_code
            when 'surprise' then judged.is_surprise and not judged.is_decided
            when 'got_worse' then judged.is_worse and not judged.is_decided
            when 'newly_flagged' then judged.is_newly_flagged and not judged.is_decided
            when 'review_overdue' then judged.is_review_overdue
            when 'first_tier' then judged.is_first_tier and not judged.is_decided and not judged.is_answered
            when 'added' then judged.is_added
        end
    qualify row_number() over (partition by judged.child_durable_key order by reasons.agenda_order) = 1

),

placed as (

    select
        reasoned.*,
        not reasoned.is_postponed and (
            reasoned.is_added
            or row_number() over (
                partition by reasoned.huddle_key
                order by
                    reasoned.is_postponed asc, reasoned.is_added desc, reasoned.agenda_order asc,
                    reasoned.tier_order asc, reasoned.indicators_strong_count desc,
                    reasoned.indicators_raised_count desc, reasoned.child_durable_key asc
            ) <= places.places_left
        ) as has_place
    from reasoned
    inner join places on reasoned.huddle_key = places.huddle_key

),

ordered as (

    select
        *,
        row_number() over (
            partition by huddle_key
            order by
                is_postponed asc, has_place desc, agenda_order asc, tier_order asc, indicators_strong_count desc,
                indicators_raised_count desc, child_durable_key asc
        ) as agenda_position
    from placed

),

listed as (

    select
        {{ surrogate_key(['ordered.huddle_key', 'ordered.child_durable_key']) }} as agenda_key,
        ordered.huddle_key,
        ordered.huddle_date,
        ordered.last_huddle_date,
        ordered.school_durable_key,
        ordered.school_id,
        ordered.school_name,
        ordered.pyramid_code,
        ordered.pyramid_name,
        ordered.zone_code,
        ordered.zone_name,
        ordered.child_durable_key,
        ordered.agenda_position,
        ordered.has_place,
        ordered.is_added,
        ordered.is_postponed,
        ordered.reason_code,
        ordered.reason_name,
        ordered.tier_code,
        ordered.tier_name,
        ordered.is_newly_flagged,
        ordered.is_worse,
        ordered.is_unanswered,
        ordered.is_review_overdue,
        ordered.is_surprise,
        ordered.nc_year,
        ordered.nc_year_order,
        ordered.indicators_raised_count,
        ordered.indicators_strong_count,
        ordered.indicators_raised_before_count,
        ordered.raised_flags,
        ordered.response_name,
        ordered.status_name,
        ordered.current_progress,
        ordered.overall_progress,
        ordered.review_due_date,
        ordered.last_decision_name,
        ordered.last_decided_date,
        ordered.as_of_date
    from ordered

)

select * from listed

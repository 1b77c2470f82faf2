{{ config(meta={"is_laid_over": true}) }}

{%- set by_reason -%}
    agenda_order asc, tier_order asc, indicators_strong_count desc, indicators_raised_count desc, child_durable_key asc
{%- endset %}
with next_huddles as (

    {{ next_huddles() }}

),

listings as (

    {{ huddle_listings() }}

),

invited as (

    select
        children.*,
        next_huddles.huddle_key,
        next_huddles.huddle_date,
        next_huddles.last_huddle_date,
        next_huddles.places_left,
        coalesce(listings.event_kind = 'added', false) as is_added,
        coalesce(listings.event_kind = 'postponed', false) as is_postponed,
        coalesce(answers.is_answer, false) as is_answered,
        coalesce(children.decision_holds_until_date > next_huddles.huddle_date, false) as is_decided
    from {{ ref('mart_child_list') }} as children
    inner join next_huddles on children.school_durable_key = next_huddles.school_durable_key
    left join {{ ref('ref_response') }} as answers on children.response_code = answers.response_code
    left join listings
        on next_huddles.huddle_key = listings.huddle_key and children.child_durable_key = listings.child_durable_key
    -- what this huddle has decided is done
    anti join {{ ref('fct_huddle_review') }} as done
        on next_huddles.huddle_key = done.huddle_key and children.child_durable_key = done.child_durable_key

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
    where assessments.population_code = {{ school_age() }}
    group by assessments.child_durable_key, assessments.as_of_date
    qualify row_number() over (partition by assessments.child_durable_key order by assessments.as_of_date desc) = 1

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
    where flags.population_code = {{ school_age() }}
    group by raised_flags.child_durable_key

),

judged as (

    select
        invited.*,
        raised.raised_flags,
        raised_before.indicators_raised_count as indicators_raised_before_count,
        not invited.is_decided and invited.involved_agencies is null as is_open_to_news,
        coalesce(raised.is_surprise, false) as is_news,
        coalesce(raised.is_strengthened or (raised.old_reasons_count > 0 and raised.new_reasons_count > 0), false)
        or coalesce(
            invited.current_progress = 'down'
            and coalesce(invited.response_reviewed_date > invited.last_huddle_date, true), false
        ) as is_worse,
        coalesce(raised.new_reasons_count > 0, false) as is_newly_flagged,
        invited.indicators_raised_count > 0 and not invited.is_answered and invited.involved_agencies is null
            as is_unanswered,
        coalesce(invited.review_due_date < invited.huddle_date, false) as is_review_overdue,
        invited.tier_order = (select min(tiers.tier_order) from {{ ref('ref_tier') }} as tiers)
        and not invited.is_answered as is_first_tier
    from invited
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
            when 'surprise' then judged.is_news and judged.is_open_to_news
            when 'got_worse' then judged.is_worse and judged.is_open_to_news
            when 'newly_flagged' then judged.is_newly_flagged and judged.is_open_to_news
            when 'review_overdue' then judged.is_review_overdue
            when 'first_tier' then judged.is_first_tier and judged.is_open_to_news
            when 'already_known'
                then
                    judged.involved_agencies is not null and not judged.is_decided
                    and (judged.is_news or judged.is_worse or judged.is_newly_flagged or judged.is_first_tier)
            when 'added' then judged.is_added
        end
    qualify row_number() over (partition by judged.child_durable_key order by reasons.agenda_order) = 1

),

placed as (

    select
        *,
        not is_postponed and (
            is_added
            or row_number() over (
                partition by huddle_key
                order by is_postponed asc, is_added desc, {{ by_reason }}
            ) <= places_left
        ) as has_place
    from reasoned

),

listed as (

    select
        {{ surrogate_key(['placed.huddle_key', 'placed.child_durable_key']) }} as agenda_key,
        placed.huddle_key,
        placed.huddle_date,
        placed.last_huddle_date,
        placed.school_durable_key,
        placed.school_id,
        placed.school_name,
        placed.pyramid_code,
        placed.pyramid_name,
        placed.zone_code,
        placed.zone_name,
        placed.child_durable_key,
        row_number() over (
            partition by placed.huddle_key order by placed.is_postponed asc, placed.has_place desc, {{ by_reason }}
        ) as agenda_position,
        placed.has_place,
        placed.is_added,
        placed.is_postponed,
        placed.reason_code,
        placed.reason_name,
        placed.tier_code,
        placed.tier_name,
        placed.is_newly_flagged,
        placed.is_worse,
        placed.is_unanswered,
        placed.is_review_overdue,
        placed.is_news and placed.involved_agencies is null as is_surprise,
        placed.nc_year,
        placed.nc_year_order,
        placed.indicators_raised_count,
        placed.indicators_strong_count,
        placed.indicators_raised_before_count,
        placed.raised_flags,
        placed.involved_agencies,
        placed.response_name,
        placed.status_name,
        placed.current_progress,
        placed.overall_progress,
        placed.review_due_date,
        placed.last_decision_name,
        placed.last_decided_date,
        placed.as_of_date
    from placed

)

select * from listed

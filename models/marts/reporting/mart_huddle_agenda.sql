{{ config(meta={"is_laid_over": true}) }}

{%- set by_reason -%}
    agenda_order asc, tier_order asc, indicators_strong_count desc, indicators_raised_count desc, child_durable_key asc
{%- endset %}
with next_huddles as (

    {{ next_huddles() }}

),

listings as (

    {{ huddle_listings(ref('fct_huddle_child_event')) }}

),

-- what places a child and no more: the names follow when it is known who is listed
invited as (

    select
        children.child_durable_key,
        children.tier_order,
        children.indicators_raised_count,
        children.indicators_strong_count,
        children.involved_agencies,
        children.current_progress,
        children.response_reviewed_date,
        children.review_due_date,
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

raised as (

    {{ raised_at_next_huddle('invited') }}

),

judged as (

    select
        invited.*,
        raised.raised_flags,
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

positioned as (

    select
        *,
        row_number() over (
            partition by huddle_key order by is_postponed asc, has_place desc, {{ by_reason }}
        ) as agenda_position
    from placed

),

-- what was raised when the school last met, wherever the child then was
raised_before as (

    {{ raised_before('positioned') }}

),

listed as (

    select
        {{ surrogate_key(['positioned.huddle_key', 'positioned.child_durable_key']) }} as agenda_key,
        positioned.huddle_key,
        positioned.huddle_date,
        positioned.last_huddle_date,
        children.school_durable_key,
        children.school_id,
        children.school_name,
        children.pyramid_code,
        children.pyramid_name,
        children.zone_code,
        children.zone_name,
        positioned.child_durable_key,
        cast(positioned.agenda_position as bigint) as agenda_position,
        positioned.has_place,
        positioned.is_added,
        positioned.is_postponed,
        positioned.reason_code,
        positioned.reason_name,
        children.tier_code,
        children.tier_name,
        positioned.is_newly_flagged,
        positioned.is_worse,
        positioned.is_unanswered,
        positioned.is_review_overdue,
        positioned.is_news and positioned.involved_agencies is null as is_surprise,
        children.nc_year,
        children.nc_year_order,
        positioned.indicators_raised_count,
        positioned.indicators_strong_count,
        raised_before.indicators_raised_count as indicators_raised_before_count,
        positioned.raised_flags,
        positioned.involved_agencies,
        children.response_name,
        children.status_name,
        positioned.current_progress,
        children.overall_progress,
        positioned.review_due_date,
        children.last_decision_name,
        children.last_decided_date,
        children.as_of_date
    from positioned
    inner join {{ ref('mart_child_list') }} as children
        on positioned.child_durable_key = children.child_durable_key
    left join raised_before on positioned.child_durable_key = raised_before.child_durable_key

)

select * from listed

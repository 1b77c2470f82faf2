{{ config(meta={"is_laid_over": true}) }}

-- The last decision a huddle took on each child, and until when it speaks for the child.
with decisions as (

    select * from {{ ref('ref_huddle_decision') }}

),

last_reviews as (

    select * from {{ ref('fct_huddle_review') }}
    where decision_code is not null and child_durable_key <> {{ unknown_key() }}
    qualify row_number() over (
        partition by child_durable_key order by huddle_date desc, huddle_review_key asc
    ) = 1

),

-- what a huddle could not know: a flag that came up, or became strong, after it
changes as (

    select
        last_reviews.child_durable_key,
        min(
            case
                when raised.raised_known_date > last_reviews.huddle_date then raised.raised_known_date
                when raised.strong_known_date > last_reviews.huddle_date then raised.strong_known_date
            end
        ) as flag_changed_date
    from last_reviews
    inner join {{ ref('fct_flag_raised') }} as raised on last_reviews.child_durable_key = raised.child_durable_key
    group by last_reviews.child_durable_key

),

-- from then on the response speaks, by the day on which its review is due
openings as (

    select
        last_reviews.child_durable_key,
        min(responses.opened_date) as case_opened_date
    from last_reviews
    inner join {{ ref('fct_response') }} as responses
        on
            last_reviews.child_durable_key = responses.child_durable_key
            and last_reviews.huddle_date <= responses.opened_date
    group by last_reviews.child_durable_key

),

dated as (

    select
        last_reviews.*,
        coalesce(decisions.holds_days, 0) > 0 as is_quieting,
        -- the huddle may name the day itself
        coalesce(
            case when decisions.holds_days > 0 then last_reviews.due_date end,
            cast(last_reviews.huddle_date + coalesce(decisions.holds_days, 0) * interval '1' day as date)
        ) as decided_until_date,
        changes.flag_changed_date,
        openings.case_opened_date
    from last_reviews
    left join decisions on last_reviews.decision_code = decisions.decision_code
    left join changes on last_reviews.child_durable_key = changes.child_durable_key
    left join openings on last_reviews.child_durable_key = openings.child_durable_key

),

keyed as (

    select
        {{ surrogate_key(['child_durable_key', 'huddle_review_key']) }} as child_decision_key,
        child_key,
        child_durable_key,
        school_key,
        school_durable_key,
        pyramid_key,
        zone_key,
        huddle_key,
        huddle_review_key,
        huddle_date_key as decided_date_key,
        decision_code,
        huddle_date as decided_date,
        least(decided_until_date, flag_changed_date, case_opened_date) as holds_until_date,
        case
            when not is_quieting then 'response'
            when least(decided_until_date, flag_changed_date, case_opened_date) = flag_changed_date then 'flag_changed'
            when least(decided_until_date, case_opened_date) = case_opened_date then 'case_opened'
            else 'time'
        end as end_reason
    from dated

)

select * from keyed

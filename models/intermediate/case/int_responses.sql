{{ config(meta={"is_laid_over": true}) }}

{#- Where each response stands on the as-of date. -#}
with events as (

    select * from {{ ref('int_response_events') }}

),

responses as (

    select * from {{ ref('ref_response') }}

),

-- the whole log of a response is one child's, who is named by what was written down last
numbered as (

    select
        *,
        row_number() over (
            partition by response_key order by event_date desc, event_order desc
        ) as events_back,
        row_number() over (
            partition by response_key order by event_kind <> 'opened', event_date asc, event_order asc
        ) as events_on
    from events

),

summed as (

    select
        response_key,
        max(case when events_on = 1 then school_id end) as school_id,
        max(case when events_on = 1 then event_date end) as opened_date,
        max(case when event_kind <> 'opened' then event_date end) as last_reviewed_date,
        count(*) filter (where event_kind <> 'opened') as reviews_count,
        count(*) filter (where is_correction) as corrections_count
    from numbered
    group by response_key

),

latest as (

    select * from numbered
    where events_back = 1

),

current_states as (

    select
        latest.response_key,
        latest.child_durable_key,
        summed.school_id,
        summed.opened_date,
        summed.last_reviewed_date,
        case when latest.event_kind = 'closed' then latest.event_date end as closed_date,
        -- half a term after the last word unless the record names the day
        case
            when latest.event_kind <> 'closed'
                then coalesce(
                    latest.review_due_date,
                    cast(latest.event_date + responses.review_within_days * interval '1' day as date)
                )
        end as review_due_date,
        latest.response_code,
        latest.status_code,
        latest.current_progress,
        latest.overall_progress,
        latest.agency_code,
        latest.lead_user_key,
        latest.event_kind <> 'closed' as is_open,
        coalesce(responses.is_answer, false) as is_answer,
        summed.reviews_count,
        summed.corrections_count,
        latest.delivery_id
    from latest
    inner join summed on latest.response_key = summed.response_key
    left join responses on latest.response_code = responses.response_code

)

select * from current_states

{{ config(meta={"is_laid_over": true}) }}

with responses as (

    select * from {{ ref('int_responses') }}

),

keyed as (

    select
        responses.response_key,
        {{ conformed_keys() }},
        {{ date_key('responses.opened_date') }} as opened_date_key,
        {{ date_key('responses.last_reviewed_date') }} as last_reviewed_date_key,
        {{ date_key('responses.review_due_date') }} as review_due_date_key,
        {{ date_key('responses.closed_date') }} as closed_date_key,
        responses.response_code,
        responses.status_code,
        responses.current_progress,
        responses.overall_progress,
        responses.agency_code,
        responses.lead_user_key,
        responses.is_open,
        responses.is_answer,
        coalesce(responses.review_due_date < {{ as_of_date() }}, false) as is_review_overdue,
        responses.reviews_count,
        responses.corrections_count,
        responses.opened_date,
        responses.last_reviewed_date,
        responses.review_due_date,
        responses.closed_date
    from responses
    {{ join_conformed_dimensions('responses', 'opened_date') }}

)

select * from keyed

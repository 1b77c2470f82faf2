{{ config(meta={"is_laid_over": true}) }}

with reviews as (

    select * from {{ ref('int_huddle_reviews') }}

),

responses as (

    select response_key from {{ ref('fct_response') }}

),

keyed as (

    select
        {{ surrogate_key(['reviews.huddle_key', 'reviews.spoken_about_key']) }} as huddle_review_key,
        reviews.huddle_key,
        {{ conformed_keys() }},
        {{ or_unknown('responses.response_key') }} as response_key,
        {{ date_key('reviews.huddle_date') }} as huddle_date_key,
        reviews.decision_code,
        reviews.agency_code,
        reviews.due_date,
        reviews.event_source,
        reviews.recorded_by as decided_by_user_key,
        reviews.huddle_date
    from reviews
    {{ join_conformed_dimensions('reviews', 'huddle_date') }}
    left join responses on reviews.response_key = responses.response_key

)

select * from keyed

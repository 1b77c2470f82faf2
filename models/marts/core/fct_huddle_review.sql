with reviews as (

    select * from {{ ref('int_huddle_reviews') }}

),

huddles as (

    select huddle_key from {{ ref('fct_huddle') }}

),

responses as (

    select response_key from {{ ref('fct_response') }}

),

keyed as (

    select
        {{ surrogate_key([
            'reviews.huddle_id', 'coalesce(reviews.child_durable_key, ' ~ pseudonym('reviews.identity_id') ~ ')'
        ]) }} as huddle_review_key,
        {{ or_unknown('huddles.huddle_key') }} as huddle_key,
        {{ conformed_keys() }},
        {{ or_unknown('responses.response_key') }} as response_key,
        {{ date_key('reviews.huddle_date') }} as huddle_date_key,
        reviews.decision_code,
        reviews.huddle_date
    from reviews
    {{ join_conformed_dimensions('reviews', 'huddle_date') }}
    left join huddles on {{ surrogate_key(['reviews.huddle_id']) }} = huddles.huddle_key
    left join responses on {{ response_key('reviews.response_id') }} = responses.response_key

)

select * from keyed

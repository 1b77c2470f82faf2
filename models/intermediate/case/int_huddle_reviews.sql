with reviews as (

    select * from {{ ref('stg_huddles__reviews') }}
    where huddle_date <= {{ as_of_date() }}

),

identities as (

    select * from {{ ref('int_child_identity') }}

),

-- a child listed twice, under two UPNs, was spoken about once
with_child as (

    select
        reviews.huddle_id,
        reviews.identity_id,
        identities.child_durable_key,
        reviews.school_id,
        reviews.huddle_date,
        reviews.decision_code,
        reviews.response_id,
        reviews.delivery_id
    from reviews
    left join identities on reviews.identity_id = identities.identity_id
    qualify row_number() over (
        partition by reviews.huddle_id, coalesce(identities.child_durable_key, reviews.identity_id)
        order by reviews.decision_code is null, reviews.row_number_in_file
    ) = 1

)

select * from with_child

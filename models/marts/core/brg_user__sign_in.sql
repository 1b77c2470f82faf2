with accounts as (

    select * from {{ ref('int_user_sign_ins') }}

),

deliveries as (

    select * from {{ ref('dim_delivery') }}

),

keyed as (

    select
        {{ sign_in_key('accounts.issuer', 'accounts.subject') }} as sign_in_key,
        {{ user_key('accounts.user_id') }} as user_key,
        {{ or_unknown('deliveries.delivery_key') }} as delivery_key
    from accounts
    left join deliveries on accounts.delivery_id = deliveries.delivery_id

)

select * from keyed

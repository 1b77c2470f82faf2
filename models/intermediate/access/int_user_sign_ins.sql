{#- By which account each user signs in. An account that is listed for several users is nobody's: whose page it would
    open nobody could say. -#}
with sign_ins as (

    select * from {{ ref('stg_tool_users__sign_ins') }}

),

accounts as (

    select
        issuer,
        subject,
        min(user_id) as user_id,
        min(delivery_id) as delivery_id
    from sign_ins
    group by issuer, subject
    having count(distinct user_id) = 1

)

select * from accounts

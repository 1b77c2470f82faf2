{#- On how many days of a month each user used the tool. Of a month that several extracts hold the newest speaks for
    everybody. -#}
with use_listed as (

    select * from {{ ref('stg_tool_users__use') }}

),

deliveries as (

    select * from {{ ref('stg_ops__deliveries') }}

),

newest as (

    select use_listed.*
    from use_listed
    inner join deliveries on use_listed.delivery_id = deliveries.delivery_id
    qualify rank() over (
        partition by use_listed.use_month order by use_listed.extract_date desc, deliveries.sequence desc
    ) = 1

),

-- a user who is there twice, by two days of the month, used it on the larger number of days
months as (

    select
        user_id,
        use_month,
        delivery_id,
        max(extract_date) as extract_date,
        max(days_used) as days_used
    from newest
    group by user_id, use_month, delivery_id

),

numbered as (

    select
        user_id,
        use_month,
        delivery_id,
        days_used,
        -- an extract made within the month knows only its days up to then
        extract_date >= {{ last_day_of_month('use_month') }} as is_month_complete
    from months

)

select * from numbered

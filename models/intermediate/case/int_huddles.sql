{#- What is planned for a day that has passed was not put on record: it is neither held nor cancelled. What lies ahead
    of the day is planned, whatever the extract already knew. -#}
with huddles as (

    select * from {{ ref('stg_huddles__huddles') }}
    -- a huddle listed twice is one
    qualify row_number() over (partition by huddle_id order by delivery_id, row_number_in_file) = 1

),

seen_on_the_day as (

    select
        huddle_id,
        school_id,
        huddle_date,
        case
            when huddle_state = 'cancelled' then 'cancelled'
            when huddle_date > {{ as_of_date() }} then 'planned'
            when huddle_state = 'planned' and huddle_date < {{ as_of_date() }} then 'not_recorded'
            else huddle_state
        end as huddle_state,
        delivery_id
    from huddles

)

select * from seen_on_the_day

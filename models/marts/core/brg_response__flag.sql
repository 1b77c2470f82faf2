{#- The flags that a response may answer: those that were up on the last assessment date when it was opened. -#}
with responses as (

    select * from {{ ref('fct_response') }}
    where child_durable_key <> {{ unknown_key() }}

),

assessment_dates as (

    select calendar_date as as_of_date from {{ ref('dim_date') }}
    where is_assessment_date

),

raised as (

    select * from {{ ref('fct_flag_assessment') }}
    where flag_state = 'raised'

),

decided as (

    select
        responses.response_key,
        responses.child_durable_key,
        max(assessment_dates.as_of_date) as as_of_date
    from responses
    inner join assessment_dates on responses.opened_date >= assessment_dates.as_of_date
    group by responses.response_key, responses.child_durable_key

),

answered as (

    select
        {{ surrogate_key(['decided.response_key', 'raised.flag_key']) }} as answered_flag_key,
        decided.response_key,
        raised.child_key,
        raised.child_durable_key,
        raised.flag_key,
        raised.flag_assessment_key,
        raised.as_of_date_key,
        raised.is_strong,
        raised.as_of_date
    from decided
    inner join raised
        on
            decided.child_durable_key = raised.child_durable_key
            and decided.as_of_date = raised.as_of_date

)

select * from answered

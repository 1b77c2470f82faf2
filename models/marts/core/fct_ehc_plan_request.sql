with requests as (

    select * from {{ ref('int_ehc_plan_requests') }}

),

placed as (

    {{ at_main_school('requests', 'received_date', ['request_ref']) }}

),

limits as (

    select * from {{ ref('ref_ehc_time_limit') }}
    where limit_code = 'plan'

),

keyed as (

    select
        {{ surrogate_key([ehc_person_key('placed.request_ref')]) }} as ehc_plan_request_key,
        {{ ehc_person_key('placed.person_ref') }} as ehc_person_key,
        {{ conformed_keys() }},
        {{ date_key('placed.received_date') }} as received_date_key,
        {{ date_key('placed.plan_start_date') }} as plan_start_date_key,
        placed.link_method,
        placed.source_code,
        placed.outcome_code,
        placed.outcome_group,
        placed.outcome_date,
        placed.assessment_code,
        placed.assessment_group,
        placed.assessment_date,
        placed.outcome_group is not distinct from 'refused' as is_refused,
        placed.is_excepted,
        placed.has_mediation,
        placed.has_tribunal,
        placed.is_exported,
        placed.is_open,
        placed.received_date,
        placed.plan_start_date,
        cast({{ days_between('placed.received_date', 'placed.plan_start_date') }} as integer) as days_to_plan,
        cast({{ days_between('placed.received_date', 'placed.plan_start_date') }} / 7.0 as decimal(9, 1))
            as weeks_to_plan,
        {{ days_between('placed.received_date', 'placed.plan_start_date') }} <= limits.weeks * 7 as is_plan_in_time,
        -- By the day of the return: what became of it since, nobody has told.
        placed.is_open
        and coalesce({{ days_between('placed.received_date', 'placed.last_told_date') }} > limits.weeks * 7, false)
            as is_open_too_long,
        placed.first_told_date,
        placed.last_told_date
    from placed
    left join limits on {{ valid_on('placed.received_date', 'limits') }}
    {{ join_conformed_dimensions('placed', 'received_date') }}

)

select * from keyed

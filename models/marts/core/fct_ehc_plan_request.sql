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

timed as (

    select
        placed.*,
        limits.weeks * 7 as limit_days,
        {{ days_between('placed.received_date', 'placed.plan_start_date') }} as days_to_plan,
        {{ days_between('placed.received_date', 'placed.last_told_date') }} as days_told_of
    from placed
    left join limits on {{ valid_on('placed.received_date', 'limits') }}

),

keyed as (

    select
        {{ surrogate_key([ehc_person_key('timed.request_ref')]) }} as ehc_plan_request_key,
        {{ ehc_person_key('timed.person_ref') }} as ehc_person_key,
        {{ conformed_keys() }},
        {{ date_key('timed.received_date') }} as received_date_key,
        {{ date_key('timed.plan_start_date') }} as plan_start_date_key,
        timed.link_method,
        timed.source_code,
        timed.outcome_code,
        timed.outcome_group,
        timed.outcome_date,
        timed.assessment_code,
        timed.assessment_group,
        timed.assessment_date,
        coalesce(timed.outcome_group = 'refused', false) as is_refused,
        timed.is_excepted,
        timed.has_mediation,
        timed.has_tribunal,
        timed.is_exported,
        timed.is_open,
        timed.received_date,
        timed.plan_start_date,
        cast(timed.days_to_plan as integer) as days_to_plan,
        cast(timed.days_to_plan / 7.0 as decimal(9, 1)) as weeks_to_plan,
        timed.days_to_plan <= timed.limit_days as is_plan_in_time,
        -- By the day of the return: what became of it since, nobody has told.
        timed.is_open and coalesce(timed.days_told_of > timed.limit_days, false) as is_open_too_long,
        timed.first_told_date,
        timed.last_told_date
    from timed
    {{ join_conformed_dimensions('timed', 'received_date') }}

)

select * from keyed

with plans as (

    select * from {{ ref('int_ehc_plans') }}

),

placed as (

    {{ at_main_school('plans', 'start_date', ['plan_ref']) }}

),

limits as (

    select * from {{ ref('ref_ehc_time_limit') }}
    where limit_code = 'review'

),

-- The next review is due a year after the last, or after the plan. One that has ended has none.
due as (

    select
        placed.*,
        case
            when placed.cease_date is null and not placed.is_ended_untold
                then cast(
                    coalesce(placed.last_review_date, placed.start_date)
                    + limits.months * interval '1' month as date
                )
        end as review_due_date
    from placed
    left join limits on {{ valid_on('placed.last_told_date', 'limits') }}

),

keyed as (

    select
        {{ surrogate_key([ehc_person_key('due.plan_ref')]) }} as ehc_plan_key,
        {{ ehc_person_key('due.person_ref') }} as ehc_person_key,
        {{ conformed_keys() }},
        {{ date_key('due.start_date') }} as valid_from_date_key,
        {{ date_key('due.end_date') }} as valid_to_date_key,
        due.link_method,
        due.cease_reason_code,
        due.transferred_from is not null as is_transferred_in,
        due.setting_urn,
        due.setting_code,
        due.primary_need_code,
        due.secondary_need_code,
        due.review_outcome_code,
        due.last_review_date,
        due.review_due_date,
        coalesce(due.review_due_date < due.last_told_date, false) as is_review_overdue,
        due.is_ended_untold,
        {{ valid_on(as_of_date(), 'due', 'start_date', 'end_date') }} as is_current,
        due.start_date as valid_from_date,
        due.end_date as valid_to_date,
        due.cease_date,
        due.first_told_date,
        due.last_told_date
    from due
    {{ join_conformed_dimensions('due', 'start_date') }}

)

select * from keyed

{#- What each SEN2 return says of each plan, put together from its files. -#}
with plans as (

    select
        plans.*,
        assessments.request_id,
        requests.person_id
    from {{ ref('stg_sen2__named_plans') }} as plans
    left join {{ ref('stg_sen2__assessments') }} as assessments
        on plans.export_date = assessments.export_date and plans.assessment_id = assessments.assessment_id
    left join {{ ref('stg_sen2__requests') }} as requests
        on assessments.export_date = requests.export_date and assessments.request_id = requests.request_id

),

people as (

    select * from {{ ref('int_ehc_people') }}

),

active_plans as (

    select * from {{ ref('stg_sen2__active_plans') }}

),

needs as (

    select
        export_date,
        active_plan_id,
        max(case when need_rank = 1 then need_code end) as primary_need_code,
        max(case when need_rank = 2 then need_code end) as secondary_need_code
    from {{ ref('stg_sen2__needs') }}
    group by export_date, active_plan_id

),

-- Where the person is; the plan's own word for those of whom no placement is told.
placements as (

    select * from {{ ref('stg_sen2__placements') }}
    where leaving_date is null or leaving_date >= export_date
    qualify row_number() over (
        partition by export_date, active_plan_id
        order by placement_rank asc nulls last, entry_date desc nulls last, placement_id asc
    ) = 1

),

details as (

    select * from {{ ref('stg_sen2__plan_details') }}
    qualify row_number() over (
        partition by export_date, plan_id order by placement_rank asc nulls last, plan_detail_id asc
    ) = 1

),

told as (

    select
        plans.export_date,
        plans.plan_id,
        plans.delivery_id,
        coalesce(
            people.person_ref, concat_ws('|', 'unread', plans.export_date, coalesce(plans.person_id, plans.plan_id))
        ) as person_ref,
        people.child_durable_key,
        people.link_method,
        plans.start_date,
        plans.cease_date,
        plans.cease_reason_code,
        active_plans.active_plan_id is not null as is_active,
        active_plans.transferred_from,
        active_plans.last_review_date,
        active_plans.review_outcome_code,
        coalesce(placements.urn, case when placements.placement_id is null then details.urn end) as setting_urn,
        coalesce(placements.setting_code, case when placements.placement_id is null then details.setting_code end)
            as setting_code,
        needs.primary_need_code,
        needs.secondary_need_code
    from plans
    left join people on plans.export_date = people.export_date and plans.person_id = people.person_id
    left join active_plans
        on plans.export_date = active_plans.export_date and plans.request_id = active_plans.request_id
    left join needs
        on active_plans.export_date = needs.export_date and active_plans.active_plan_id = needs.active_plan_id
    left join placements
        on
            active_plans.export_date = placements.export_date
            and active_plans.active_plan_id = placements.active_plan_id
    left join details on plans.export_date = details.export_date and plans.plan_id = details.plan_id

)

select * from told
-- A plan that a return has twice is told once.
qualify row_number() over (
    partition by person_ref, start_date, export_date order by is_active desc, cease_date asc nulls last, plan_id asc
) = 1

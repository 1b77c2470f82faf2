{#- Requests for an EHC plan, each told by one return or several: the newest that says something of it speaks. -#}
with requests as (

    select * from {{ ref('stg_sen2__requests') }}

),

people as (

    select * from {{ ref('int_ehc_people') }}

),

assessments as (

    select
        assessments.*,
        codes.outcome_group
    from {{ ref('stg_sen2__assessments') }} as assessments
    left join {{ ref('ref_ehc_assessment_outcome') }} as codes on assessments.outcome_code = codes.outcome_code

),

plans as (

    select * from {{ ref('stg_sen2__named_plans') }}

),

codes as (

    select * from {{ ref('ref_ehc_request_outcome') }}

),

-- A person whose row nobody could read is one by himself.
joined as (

    select
        requests.*,
        coalesce(people.person_ref, concat_ws('|', 'unread', requests.export_date, requests.person_id)) as person_ref,
        people.child_durable_key,
        people.link_method,
        codes.outcome_group,
        assessments.outcome_code as assessment_code,
        assessments.outcome_group as assessment_group,
        assessments.outcome_date as assessment_date,
        assessments.is_excepted,
        plans.start_date as plan_start_date
    from requests
    left join people on requests.export_date = people.export_date and requests.person_id = people.person_id
    left join codes on requests.outcome_code = codes.outcome_code
    left join assessments
        on requests.export_date = assessments.export_date and requests.request_id = assessments.request_id
    left join plans
        on assessments.export_date = plans.export_date and assessments.assessment_id = plans.assessment_id

),

-- A request without a received day, decided before, only bears a plan that came from elsewhere.
told as (

    select
        *,
        case
            when received_date is not null then concat_ws('|', person_ref, received_date)
            else concat_ws('|', person_ref, 'undated', export_date, request_id)
        end as request_ref
    from joined
    where received_date is not null or outcome_group is distinct from 'earlier'

),

-- What is told as decided earlier says nothing new: the return of its year has said it.
merged as (

    select
        request_ref,
        min(person_ref) as person_ref,
        min(child_durable_key) as child_durable_key,
        {{ latest('link_method', 'export_date') }} as link_method,
        min(received_date) as received_date,
        {{ latest('source_code', 'export_date') }} filter (where source_code is not null) as source_code,
        {{ latest('outcome_code', 'export_date') }} filter (where outcome_group <> 'earlier') as outcome_code,
        {{ latest('outcome_group', 'export_date') }} filter (where outcome_group <> 'earlier') as outcome_group,
        bool_or(outcome_group = 'earlier') as is_told_as_earlier,
        {{ latest('outcome_date', 'export_date') }} filter (where outcome_date is not null) as outcome_date,
        {{ latest('assessment_code', 'export_date') }} filter (where assessment_group <> 'earlier') as assessment_code,
        {{ latest('assessment_group', 'export_date') }} filter (where assessment_group <> 'earlier')
            as assessment_group,
        {{ latest('assessment_date', 'export_date') }} filter (where assessment_date is not null) as assessment_date,
        coalesce(bool_or(is_excepted) filter (where assessment_group is distinct from 'earlier'), false) as is_excepted,
        {{ latest('plan_start_date', 'export_date') }} filter (where plan_start_date is not null) as plan_start_date,
        coalesce(bool_or(has_mediation), false) as has_mediation,
        coalesce(bool_or(has_tribunal), false) as has_tribunal,
        coalesce(bool_or(exported_to is not null), false) as is_exported,
        min(export_date) as first_told_date,
        max(export_date) as last_told_date,
        {{ latest('delivery_id', 'export_date') }} as delivery_id
    from told
    group by request_ref

)

select
    request_ref,
    person_ref,
    child_durable_key,
    link_method,
    received_date,
    source_code,
    outcome_code,
    coalesce(outcome_group, case when is_told_as_earlier then 'earlier' end) as outcome_group,
    outcome_date,
    assessment_code,
    assessment_group,
    assessment_date,
    is_excepted,
    plan_start_date,
    has_mediation,
    has_tribunal,
    is_exported,
    -- Neither refused, withdrawn, moved away nor answered by a plan or by none.
    plan_start_date is null
    and not is_exported
    and coalesce(outcome_group, case when is_told_as_earlier then 'earlier' end, 'agreed') = 'agreed'
    and coalesce(assessment_group, 'plan') = 'plan' as is_open,
    first_told_date,
    last_told_date,
    delivery_id
from merged

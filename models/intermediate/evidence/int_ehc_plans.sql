{#- Education, health and care plans, each told by one return or several: the newest that tells of it speaks, and of
    what only a plan that stands has, the newest in which it stood. -#}
with told as (

    select * from {{ ref('int_ehc_plans_told') }}

),

returns as (

    select max(export_date) as last_export_date from {{ ref('stg_sen2__requests') }}

),

spans as (

    select
        person_ref,
        start_date,
        min(child_durable_key) as child_durable_key,
        min(export_date) as first_told_date,
        max(transferred_from) as transferred_from
    from told
    group by person_ref, start_date

),

newest as (

    select * from told
    qualify row_number() over (partition by person_ref, start_date order by export_date desc) = 1

),

newest_active as (

    select * from told
    where is_active
    qualify row_number() over (partition by person_ref, start_date order by export_date desc) = 1

),

dated as (

    select
        concat_ws('|', spans.person_ref, spans.start_date) as plan_ref,
        spans.person_ref,
        spans.child_durable_key,
        newest.link_method,
        spans.start_date,
        newest.cease_date,
        newest.cease_reason_code,
        spans.transferred_from,
        newest_active.last_review_date,
        newest_active.review_outcome_code,
        newest.setting_urn,
        newest.setting_code,
        newest_active.primary_need_code,
        newest_active.secondary_need_code,
        spans.first_told_date,
        newest.export_date as last_told_date,
        newest_active.export_date as last_active_date,
        -- A later return has it no more, and none said why.
        newest.cease_date is null and newest.export_date < returns.last_export_date as is_ended_untold,
        newest.delivery_id
    from spans
    inner join newest on spans.person_ref = newest.person_ref and spans.start_date = newest.start_date
    left join newest_active
        on spans.person_ref = newest_active.person_ref and spans.start_date = newest_active.start_date
    cross join returns

)

select
    *,
    -- One that ceased before it began is empty: it was told, and cannot be.
    case
        when cease_date is not null then greatest(cease_date, start_date)
        when is_ended_untold then cast(last_told_date + interval '1' day as date)
        else {{ end_of_time() }}
    end as end_date
from dated

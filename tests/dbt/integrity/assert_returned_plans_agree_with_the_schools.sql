{{ config(severity='warn') }}
-- What: on the day of the newest SEN2 return, children at a school of the county have a plan by that return
-- (fct_ehc_plan) and by the schools and the education system (fct_sen_provision E), or by neither.
-- When it matters: flags and lists go by fct_sen_provision; a plan that only the return knows is not seen there, and
-- one that only a school knows has no dates.
-- How to resolve: ask the team that keeps the plans; the next return, or the school's next census, puts it right.
with returns as (

    select max(covers_to_date) as return_date
    from {{ ref('dim_delivery') }}
    where source = 'sen2' and is_in_force

),

returned as (

    select distinct plans.child_durable_key
    from {{ ref('fct_ehc_plan') }} as plans
    cross join returns
    where
        plans.child_durable_key <> {{ unknown_key() }}
        and {{ valid_on('returns.return_date', 'plans') }}

),

held as (

    select distinct spells.child_durable_key
    from {{ ref('fct_sen_provision') }} as spells
    cross join returns
    where
        spells.provision_group = 'E'
        and spells.child_durable_key <> {{ unknown_key() }}
        and {{ valid_on('returns.return_date', 'spells') }}

),

at_school as (

    select distinct registrations.child_durable_key
    from {{ ref('int_main_registrations') }} as registrations
    cross join returns
    where {{ valid_on('returns.return_date', 'registrations', 'start_date', 'end_date') }}

)

select
    at_school.child_durable_key,
    returned.child_durable_key is not null as has_returned_plan,
    held.child_durable_key is not null as has_held_plan
from at_school
left join returned on at_school.child_durable_key = returned.child_durable_key
left join held on at_school.child_durable_key = held.child_durable_key
where (returned.child_durable_key is null) <> (held.child_durable_key is null)

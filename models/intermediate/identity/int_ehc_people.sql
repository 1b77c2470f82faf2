{#- Who the people of the SEN2 returns are: a number in a return is of that return alone. -#}
with people as (

    select
        *,
        concat_ws('|', 'name', {{ clean_name('surname') }}, {{ clean_name('forename') }}, birth_date) as name_ref
    from {{ ref('stg_sen2__people') }}

),

by_upn as (

    select * from {{ ref('int_ehc_people_by_upn') }}

),

-- Beside the numbers that stand with a UPN, those of young people who are known otherwise.
learner_numbers as (

    select
        uln,
        child_durable_key
    from {{ ref('int_learner_numbers') }}

    union all

    select
        records.uln,
        young_people.child_durable_key
    from {{ ref('stg_nccis__young_people') }} as records
    inner join {{ ref('int_young_people') }} as young_people on records.person_id = young_people.person_id

),

-- A learner number of one child alone.
by_uln as (

    select
        uln,
        min(child_durable_key) as child_durable_key
    from learner_numbers
    where uln is not null and child_durable_key is not null
    group by uln
    having count(distinct child_durable_key) = 1

),

found as (

    select
        people.*,
        coalesce(by_upn.child_durable_key, by_uln.child_durable_key) as child_durable_key,
        case
            when by_upn.child_durable_key is not null then 'upn'
            when by_uln.child_durable_key is not null then 'uln'
        end as link_method
    from people
    left join by_upn on people.export_date = by_upn.export_date and people.person_id = by_upn.person_id
    left join by_uln on people.uln = by_uln.uln

),

referred as (

    select
        *,
        case
            when child_durable_key is not null then 'child|' || child_durable_key
            when upn is not null then 'upn|' || identity_id
            when uln is not null then 'uln|' || uln
        end as own_ref
    from found

),

-- Who has no number in one return and has one in another is the same person, if one alone is so called.
named as (

    select
        name_ref,
        min(own_ref) as own_ref,
        min(child_durable_key) as child_durable_key
    from referred
    where own_ref is not null
    group by name_ref
    having count(distinct own_ref) = 1

)

select
    referred.export_date,
    referred.person_id,
    coalesce(referred.own_ref, named.own_ref, referred.name_ref) as person_ref,
    case when referred.own_ref is null then named.child_durable_key else referred.child_durable_key end
        as child_durable_key,
    case
        when referred.link_method is not null then referred.link_method
        when referred.own_ref is null and named.child_durable_key is not null then 'same_name_in_another_return'
    end as link_method
from referred
left join named on referred.name_ref = named.name_ref

{#- Which children those of the census of children in need are: it has their UPNs and no names. -#}
with records as (

    select * from {{ ref('stg_cin_census__children') }}

),

identities as (

    select * from {{ ref('int_child_identity') }}

),

registrations as (

    select * from {{ ref('int_main_registrations') }}
    where start_date <= {{ as_of_date() }}

),

-- Nothing may lead to a child who was adopted.
withheld as (

    select distinct records.child_ref
    from {{ ref('stg_cin_census__episodes') }} as episodes
    inner join {{ ref('ref_cin_closure_reason') }} as reasons
        on episodes.closure_reason_code = reasons.closure_reason_code and reasons.is_withheld
    inner join records on episodes.record_id = records.record_id

),

numbers as (

    select
        child_ref,
        upn,
        identity_id,
        'upn' as link_method
    from records

    union

    select
        child_ref,
        former_upn as upn,
        former_identity_id as identity_id,
        'former_upn' as link_method
    from records

),

of_upns as (

    select
        upn,
        min(child_durable_key) as child_durable_key
    from identities
    where upn is not null
    group by upn
    having count(distinct child_durable_key) = 1

),

-- A UPN of two children is told apart by the birth date; who is returned under UPNs of two is nobody's.
found as (

    select
        numbers.child_ref,
        numbers.link_method,
        min(coalesce(identities.child_durable_key, of_upns.child_durable_key)) as child_durable_key,
        count(distinct coalesce(identities.child_durable_key, of_upns.child_durable_key)) as children_count
    from numbers
    left join identities on numbers.identity_id = identities.identity_id
    left join of_upns on numbers.upn = of_upns.upn
    where numbers.upn is not null and not {{ is_temporary_upn('numbers.upn') }}
    group by numbers.child_ref, numbers.link_method

),

by_upn as (

    select * from found
    where link_method = 'upn' and children_count > 0

),

by_former_upn as (

    select * from found
    where link_method = 'former_upn' and children_count = 1

),

newest as (

    select
        *,
        min(reference_date) over (partition by child_ref) as first_reference_date
    from records
    qualify row_number() over (partition by child_ref order by reference_date desc, record_id asc) = 1

),

linked as (

    select
        newest.child_ref,
        newest.upn_unknown_code,
        newest.first_reference_date,
        newest.delivery_id,
        case
            when withheld.child_ref is not null then 'withheld'
            when by_upn.children_count > 1 then 'not_linked'
            when by_upn.child_durable_key is not null or by_former_upn.child_durable_key is not null then 'linked'
            else 'not_linked'
        end as link_status,
        coalesce(by_upn.child_durable_key, by_former_upn.child_durable_key) as found_child_durable_key,
        coalesce(by_upn.link_method, by_former_upn.link_method) as found_link_method
    from newest
    left join withheld on newest.child_ref = withheld.child_ref
    left join by_upn on newest.child_ref = by_upn.child_ref
    left join by_former_upn on newest.child_ref = by_former_upn.child_ref

),

known as (

    select
        child_ref,
        link_status,
        case when link_status = 'linked' then found_child_durable_key end as child_durable_key,
        case when link_status = 'linked' then found_link_method end as link_method,
        upn_unknown_code,
        first_reference_date,
        delivery_id
    from linked

),

-- The zone of a child is that of the school they were last at.
last_schools as (

    select
        child_durable_key,
        school_id
    from registrations
    qualify row_number() over (partition by child_durable_key order by preference asc) = 1

)

select
    known.*,
    last_schools.school_id
from known
left join last_schools on known.child_durable_key = last_schools.child_durable_key

{#- The child that a learner number is of. Two children under one number are a slip that nobody here can mend: it is
    nobody's. -#}
with returns as (

    select distinct
        identity_id,
        uln
    from {{ ref('stg_school_census__pupils') }}
    where uln is not null

),

stated as (

    select
        returns.uln,
        identities.child_durable_key
    from returns
    inner join {{ ref('int_child_identity') }} as identities on returns.identity_id = identities.identity_id

    union all

    select
        records.uln,
        by_upn.child_durable_key
    from {{ ref('stg_nccis__young_people') }} as records
    inner join {{ ref('int_young_people_by_upn') }} as by_upn on records.person_id = by_upn.person_id

    union all

    select
        people.uln,
        by_upn.child_durable_key
    from {{ ref('stg_sen2__people') }} as people
    inner join {{ ref('int_ehc_people_by_upn') }} as by_upn
        on people.export_date = by_upn.export_date and people.person_id = by_upn.person_id

)

select
    uln,
    min(child_durable_key) as child_durable_key
from stated
where uln is not null
group by uln
having count(distinct child_durable_key) = 1

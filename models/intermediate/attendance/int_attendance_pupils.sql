{#- The child behind a UPN that a school writes. Nearly every UPN is one child's; where two children bear one, the
    school at which only one of them was ever registered says which. -#}
with identities as (

    select * from {{ ref('int_child_identity') }}
    where upn is not null

),

enrolments as (

    select * from {{ ref('int_enrolment_spells') }}

),

upn_children as (

    select
        upn,
        child_durable_key,
        count(*) over (partition by upn) as children_count
    from identities
    group by upn, child_durable_key

),

plain as (

    select
        upn,
        cast(null as string) as school_id,
        child_durable_key
    from upn_children
    where children_count = 1

),

by_school as (

    select
        upn_children.upn,
        enrolments.school_id,
        min(upn_children.child_durable_key) as child_durable_key
    from upn_children
    inner join enrolments on upn_children.child_durable_key = enrolments.child_durable_key
    where upn_children.children_count > 1
    group by upn_children.upn, enrolments.school_id
    having count(distinct upn_children.child_durable_key) = 1

)

select * from plain

union all

select * from by_school

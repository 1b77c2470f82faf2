-- What: on no day do a return and the daily marks both count for one child at one school in the weeks of one census.
-- When it matters: always. A session counted twice moves the child's rate towards whatever that source says.
-- How to resolve: the precedence of ref_attendance_source must name both sources, with two numbers.
with evidence as (

    select * from {{ ref('int_attendance_evidence') }}

)

select
    returned.child_durable_key,
    returned.school_id,
    returned.end_date
from evidence as returned
inner join evidence as marked
    on
        returned.child_durable_key = marked.child_durable_key
        and returned.school_id = marked.school_id
        and returned.end_date >= marked.start_date
        and returned.start_date <= marked.end_date
        and returned.counts_to_date > marked.counts_from_date
        and returned.counts_from_date < marked.counts_to_date
where returned.source = 'school_census' and marked.source = 'attendance_daily'

-- What: possible sessions are attendance and absence, attendance is present, late and approved, absence is authorised
-- and unauthorised, and the two sessions of a day are possible, elsewhere, not possible or not marked.
-- When it matters: always. These identities hold in the department's own figures; where they fail, a code counts twice
-- or not at all, and every rate is wrong.
-- How to resolve: find the code in ref_attendance_code that has no category, or two, on the day.
select
    school_id,
    attendance_date,
    count(*) as rows_count
from {{ ref('fct_attendance_day') }}
where
    sessions_possible <> sessions_attended + sessions_absent
    or sessions_attended <> sessions_present + sessions_late + sessions_approved
    or sessions_absent <> sessions_authorised + sessions_unauthorised
    or sessions_possible + sessions_elsewhere + sessions_not_possible + sessions_unmarked <> 2
group by school_id, attendance_date

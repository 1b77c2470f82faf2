-- What: the codes of unauthorised absence are G, U, O and N, as in the department's own figures.
-- When it matters: when a code set changes. A code that moves between authorised and unauthorised changes no child's
-- flag, and every published figure.
-- How to resolve: correct the category in ref_attendance_code, or this list if the department has changed it.
select
    attendance_code,
    category
from {{ ref('ref_attendance_code') }}
where (category = 'unauthorised') <> (attendance_code in ('G', 'U', 'O', 'N'))

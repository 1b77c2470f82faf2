-- What: all censuses of children in need in force are of one authority.
-- When it matters: another authority's return is a file like ours: its children would be looked for in the county, and
-- a child of ours who is in need there would be known to social workers here.
-- How to resolve: withdraw the file that is not ours (earlyhelp withdraw).
select
    la_code,
    count(*) as records_count,
    max(delivery_id) as delivery_id,
    count(*) over () as authorities_count
from {{ ref('stg_cin_census__children') }}
group by la_code
qualify authorities_count > 1

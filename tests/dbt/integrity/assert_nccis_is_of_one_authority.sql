-- What: all months of the NCCIS in force are of one database, the authority's own.
-- When it matters: another authority's return is a file like ours: its young people would be counted in the county.
-- How to resolve: withdraw the file that is not ours (earlyhelp withdraw); after a move to another database, all that
-- is of the old one.
select
    database_id,
    count(*) as records_count,
    max(delivery_id) as delivery_id,
    count(*) over () as databases_count
from {{ ref('stg_nccis__young_people') }}
group by database_id
qualify databases_count > 1

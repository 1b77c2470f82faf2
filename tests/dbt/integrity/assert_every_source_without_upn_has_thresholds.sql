-- What: every source whose people have no UPN has thresholds on the day of its extract.
-- When it matters: always. Without thresholds nobody of the source would be linked or put up for review.
-- How to resolve: add a row for the source, valid on the day, to seeds/reference/ref_linkage_threshold.csv.
select
    people.source,
    people.extract_date,
    count(*) as people_count
from {{ ref('int_people_without_upn') }} as people
left join {{ ref('ref_linkage_threshold') }} as thresholds
    on people.source = thresholds.source and {{ valid_on('people.extract_date', 'thresholds') }}
where thresholds.source is null
group by people.source, people.extract_date

-- What: inside a household of a source, a person is one child at most and a child one person at most.
-- When it matters: always. A child taken for two members, or twins for one child, puts needs on the wrong child.
-- How to resolve: look at the ranks in int_person_links_proposed and the decisions in int_person_link_decisions.
select
    source,
    household_id,
    'child' as of_what
from {{ ref('int_person_link_candidates') }}
where link_status = 'linked'
group by source, household_id, child_durable_key
having count(*) > 1

union all

select
    source,
    household_id,
    'person' as of_what
from {{ ref('int_person_link_candidates') }}
where link_status = 'linked'
group by source, household_id, person_id
having count(*) > 1

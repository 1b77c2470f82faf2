{{ config(severity='warn') }}

-- What: no school has two huddles on one day that both count.
-- When it matters: one that was planned on the dashboard and put into the case system too stands there by two
-- references: it is counted twice among the huddles held (mart_benefit_case), and the agenda is of one of them.
-- How to resolve: cancel one of the two, where it was entered; fct_huddle.event_source says where that is.
select
    school_durable_key,
    huddle_date,
    count(*) as huddles_count,
    {{ joined_in_order('event_source', "', '", 'event_source') }} as event_sources
from {{ ref('fct_huddle') }}
where huddle_state <> 'cancelled' and school_durable_key <> {{ unknown_key() }}
group by school_durable_key, huddle_date
having count(*) > 1

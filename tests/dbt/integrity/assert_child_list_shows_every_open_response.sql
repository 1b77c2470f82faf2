-- What: the child list shows a response for the children of the list who have an open one, and for no other.
-- When it matters: always. A response that is not shown is opened twice; one that is over is waited for.
-- How to resolve: compare is_open of fct_response with the list.
with shown as (

    select child_durable_key from {{ ref('mart_child_list') }}
    where response_code is not null

),

open_responses as (

    select distinct responses.child_durable_key
    from {{ ref('fct_response') }} as responses
    inner join {{ ref('mart_child_list') }} as children on responses.child_durable_key = children.child_durable_key
    where responses.is_open

)

select
    shown.child_durable_key as shown_key,
    open_responses.child_durable_key as open_key
from shown
full outer join open_responses on shown.child_durable_key = open_responses.child_durable_key
where shown.child_durable_key is null or open_responses.child_durable_key is null

-- What: whoever is on an agenda is of that school, and stands there for a reason that the facts bear out; every child
-- with a flag raised and no answer is on the agenda of the school's next huddle.
-- When it matters: before every huddle. A child left out is not spoken about for half a term.
-- How to resolve: compare mart_child_list and fct_response with mart_huddle_agenda for the child.
with agenda as (

    select * from {{ ref('mart_huddle_agenda') }}

),

children as (

    select * from {{ ref('mart_child_list') }}

),

schools as (

    select distinct school_durable_key
    from {{ ref('fct_huddle') }}
    where huddle_state = 'planned'

),

answers as (

    select response_code from {{ ref('ref_response') }}
    where is_answer

),

unanswered as (

    select children.child_durable_key
    from children
    inner join schools on children.school_durable_key = schools.school_durable_key
    left join answers on children.response_code = answers.response_code
    where children.indicators_raised_count > 0 and answers.response_code is null

)

select
    unanswered.child_durable_key,
    'left out' as problem
from unanswered
left join agenda on unanswered.child_durable_key = agenda.child_durable_key
where agenda.child_durable_key is null

union all

select
    agenda.child_durable_key,
    'not of the school, or not as the list says' as problem
from agenda
left join children on agenda.child_durable_key = children.child_durable_key
where
    children.school_durable_key is distinct from agenda.school_durable_key
    or children.indicators_raised_count <> agenda.indicators_raised_count
    or not (
        agenda.is_newly_flagged or agenda.is_worse or agenda.is_unanswered or agenda.is_review_overdue
        or agenda.is_surprise
    )

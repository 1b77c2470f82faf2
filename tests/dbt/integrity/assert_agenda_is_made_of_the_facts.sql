-- What: whoever is on an agenda is of that school, and for a reason that the facts bear out; nobody of the first tier
-- is left out of the school's next huddle but by a decision that holds or a response whose review is not due; nobody is
-- put on it against a decision that holds, unless for a review or by those who plan it; as many have a place as there
-- are places left; of a child whom another agency works with, nothing is news and nothing unanswered.
-- When it matters: before every huddle. A child left out is not spoken about for half a term.
-- How to resolve: compare fct_child_tier, fct_child_decision and fct_response with mart_huddle_agenda for the child.
with agenda as (

    select * from {{ ref('mart_huddle_agenda') }}

),

children as (

    select * from {{ ref('fct_child_tier') }}

),

huddles as (

    select * from {{ ref('fct_huddle') }}
    where huddle_state = 'planned'
    qualify row_number() over (partition by school_durable_key order by huddle_date asc, huddle_key asc) = 1

),

spoken_about as (

    select reviews.* from {{ ref('fct_huddle_review') }} as reviews
    inner join huddles on reviews.huddle_key = huddles.huddle_key

),

spoken_about_counts as (

    select
        huddle_key,
        count(*) as spoken_about_count
    from spoken_about
    group by huddle_key

),

decided as (

    select children.child_durable_key
    from children
    inner join huddles on children.school_durable_key = huddles.school_durable_key
    inner join {{ ref('fct_child_decision') }} as decisions
        on children.child_durable_key = decisions.child_durable_key
    where decisions.holds_until_date > huddles.huddle_date

),

responses as (

    select
        child_durable_key,
        is_answer
    from {{ ref('fct_response') }}
    where is_open
    qualify row_number() over (partition by child_durable_key order by opened_date desc, response_key asc) = 1

),

answered as (

    select child_durable_key from responses
    where is_answer

),

first_tier as (

    select children.child_durable_key
    from children
    inner join huddles on children.school_durable_key = huddles.school_durable_key
    inner join {{ ref('ref_tier') }} as tiers
        on children.tier_code = tiers.tier_code and tiers.tier_order = 1

)

select
    first_tier.child_durable_key,
    'left out' as problem
from first_tier
left join agenda on first_tier.child_durable_key = agenda.child_durable_key
left join decided on first_tier.child_durable_key = decided.child_durable_key
left join answered on first_tier.child_durable_key = answered.child_durable_key
left join spoken_about on first_tier.child_durable_key = spoken_about.child_durable_key
where
    agenda.child_durable_key is null
    and decided.child_durable_key is null
    and answered.child_durable_key is null
    and spoken_about.child_durable_key is null

union all

select
    agenda.child_durable_key,
    'a decision holds' as problem
from agenda
inner join decided on agenda.child_durable_key = decided.child_durable_key
where agenda.reason_code not in ('review_overdue', 'added')

union all

select
    agenda.child_durable_key,
    'not of the school, or not as the facts say' as problem
from agenda
left join children on agenda.child_durable_key = children.child_durable_key
left join answered on agenda.child_durable_key = answered.child_durable_key
left join responses on agenda.child_durable_key = responses.child_durable_key
left join {{ ref('fct_child_involvement') }} as involvements
    on agenda.child_durable_key = involvements.child_durable_key
where
    children.school_durable_key is distinct from agenda.school_durable_key
    or children.raised_count <> agenda.indicators_raised_count
    or agenda.involved_agencies is distinct from involvements.involved_agencies
    or (agenda.involved_agencies is not null and (agenda.is_surprise or agenda.is_unanswered))
    or case agenda.reason_code
        when 'surprise' then not agenda.is_surprise
        when 'got_worse' then not agenda.is_worse
        when 'newly_flagged' then not agenda.is_newly_flagged
        when 'review_overdue' then not agenda.is_review_overdue or responses.child_durable_key is null
        when 'first_tier' then children.tier_order <> 1 or answered.child_durable_key is not null
        when 'already_known' then involvements.child_durable_key is null
        when 'added' then not agenda.is_added
        else true
    end

union all

select
    agenda.huddle_key as child_durable_key,
    'not as many have a place as there are' as problem
from agenda
inner join huddles on agenda.huddle_key = huddles.huddle_key
cross join {{ ref('ref_huddle_setting') }} as settings
left join spoken_about_counts on agenda.huddle_key = spoken_about_counts.huddle_key
group by agenda.huddle_key
having
    count(*) filter (where agenda.has_place) <> least(
        count(*) filter (where not agenda.is_postponed),
        greatest(
            {{ any_known('coalesce(huddles.places, settings.places)') }}
            - coalesce({{ any_known('spoken_about_counts.spoken_about_count') }}, 0),
            count(*) filter (where agenda.is_added)
        )
    )
    or max(agenda.agenda_position) <> count(*)
    or count(distinct agenda.agenda_position) <> count(*)

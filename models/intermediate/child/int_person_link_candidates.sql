{#- Which children a person without UPN may be, and what becomes of it.

    Linked: at or above the upper threshold, forename and birth date both in agreement (so that a twin or a
    sibling is never linked on surname, address and birth date alone), each the other's best within the household,
    and clearly ahead of the next. -#}
with people as (

    select * from {{ ref('int_people_without_upn') }}

),

appearances as (

    select * from {{ ref('int_child_appearances') }}

),

scores as (

    select * from {{ ref('int_person_pairs_scored') }}
    where match_weight is not null

),

thresholds as (

    select * from {{ ref('ref_linkage_threshold') }}

),

events as (

    select * from {{ ref('int_child_identity_event') }}

),

link_decisions as (

    select * from {{ ref('stg_ops__review_decisions') }}
    where kind = 'link'

),

-- A decision names the child by the key of its day; the child may have another now. Who was thought to be one child
-- and is two was accepted as neither, and rejected as both.
decisions_by_child as (

    select
        source,
        person_id,
        child_durable_key,
        decision,
        decided_at
    from link_decisions

    union all

    select
        link_decisions.source,
        link_decisions.person_id,
        events.child_durable_key,
        link_decisions.decision,
        link_decisions.decided_at
    from link_decisions
    inner join events on link_decisions.child_durable_key = events.earlier_child_durable_key
    where events.event = 'merged' or link_decisions.decision = 'reject'

),

decisions as (

    select * from decisions_by_child
    qualify row_number() over (
        partition by source, person_id, child_durable_key order by decided_at desc, decision desc
    ) = 1

),

children_of_content as (

    select distinct
        content_id,
        child_durable_key
    from appearances

),

children as (

    select distinct child_durable_key from appearances

),

-- Before anything is compared, a person may be any child: one in as many as there are. Two to the power of the
-- evidence multiplies these odds.
population as (

    select cast(count(*) as double) as children_count from children

),

-- of several names and addresses of a child, the one that fits best
scored as (

    select
        people.source,
        people.person_id,
        children_of_content.child_durable_key,
        scores.*,
        1 / (1 + population.children_count * power(2, -scores.match_weight)) as link_probability
    from people
    inner join scores on people.content_id = scores.person_content_id
    inner join children_of_content on scores.child_content_id = children_of_content.content_id
    cross join population
    qualify row_number() over (
        partition by people.source, people.person_id, children_of_content.child_durable_key
        order by scores.match_weight desc, scores.child_content_id asc
    ) = 1

),

-- what a reviewer decided holds even when the records no longer look alike
compared as (

    select
        coalesce(scored.source, decisions.source) as source,
        coalesce(scored.person_id, decisions.person_id) as person_id,
        coalesce(scored.child_durable_key, decisions.child_durable_key) as child_durable_key,
        scored.person_content_id,
        scored.child_content_id,
        coalesce(scored.match_weight, 0) as match_weight,
        scored.link_probability,
        scored.forename_level,
        scored.surname_level,
        scored.birth_date_level,
        scored.sex_level,
        scored.address_level,
        scored.companions_level,
        decisions.decision,
        decisions.decided_at
    from scored
    full outer join decisions
        on
            scored.source = decisions.source
            and scored.person_id = decisions.person_id
            and scored.child_durable_key = decisions.child_durable_key

),

judged as (

    select
        compared.*,
        people.household_id,
        people.delivery_id,
        people.extract_date,
        thresholds.link_probability as required_probability,
        thresholds.review_probability,
        thresholds.minimum_margin,
        -- one letter off in a name of three is another name
        compared.forename_level > 0
        and not coalesce(
            compared.forename_level = 2
            and length(people.forename_compared) < thresholds.minimum_forename_letters,
            false
        ) as is_forename_alike
    from compared
    inner join people on compared.source = people.source and compared.person_id = people.person_id
    inner join children on compared.child_durable_key = children.child_durable_key
    inner join thresholds
        on compared.source = thresholds.source and {{ valid_on('people.extract_date', 'thresholds') }}

),

-- What is left to the scores: pairs that nobody decided on, of people and children that are not spoken for.
open_pairs as (

    select judged.*
    from judged
    left join judged as accepted_person
        on
            judged.source = accepted_person.source
            and judged.person_id = accepted_person.person_id
            and accepted_person.decision = 'accept'
    left join judged as accepted_child
        on
            judged.source = accepted_child.source
            and judged.household_id = accepted_child.household_id
            and judged.child_durable_key = accepted_child.child_durable_key
            and accepted_child.decision = 'accept'
    where judged.decision is null and accepted_person.person_id is null and accepted_child.person_id is null

),

ranked as (

    select
        *,
        row_number() over (
            partition by source, person_id order by match_weight desc, child_durable_key asc
        ) as child_rank,
        row_number() over (
            partition by source, household_id, child_durable_key order by match_weight desc, person_id asc
        ) as person_rank
    from open_pairs

),

-- How far ahead of the next child that this person may be, and of the next member who may be this child. A member
-- who is listed twice is no rival of himself.
next_children as (

    select
        source,
        person_id,
        match_weight
    from ranked
    where child_rank = 2

),

next_people as (

    select
        ranked.source,
        ranked.household_id,
        ranked.child_durable_key,
        max(ranked.match_weight) as match_weight
    from ranked
    inner join ranked as firsts
        on
            ranked.source = firsts.source
            and ranked.household_id = firsts.household_id
            and ranked.child_durable_key = firsts.child_durable_key
            and firsts.person_rank = 1
            and ranked.person_content_id <> firsts.person_content_id
    group by ranked.source, ranked.household_id, ranked.child_durable_key

),

rated as (

    select
        ranked.*,
        coalesce(ranked.match_weight - next_children.match_weight >= ranked.minimum_margin, true)
        and coalesce(ranked.match_weight - next_people.match_weight >= ranked.minimum_margin, true)
            as is_clearly_ahead
    from ranked
    left join next_children
        on ranked.source = next_children.source and ranked.person_id = next_children.person_id
    left join next_people
        on
            ranked.source = next_people.source
            and ranked.household_id = next_people.household_id
            and ranked.child_durable_key = next_people.child_durable_key

),

linked as (

    select
        *,
        link_probability >= required_probability
        and is_forename_alike
        and birth_date_level > 0
        and child_rank = 1
        and person_rank = 1
        and is_clearly_ahead as is_link
    from rated

),

taken as (

    select
        *,
        bool_or(is_link) over (partition by source, person_id) as is_person_linked,
        bool_or(is_link) over (partition by source, household_id, child_durable_key) as is_child_linked
    from linked

),

-- Who is linked is no longer looked at, and a child that another member of the household is, only if this member
-- seems to be listed twice. Someone of another name and another birth date is a brother or sister.
settled as (

    select
        {{ candidate_columns() }},
        case when is_link then 'linked' else 'review' end as link_status,
        case
            when is_link and forename_level = 4 and surname_level = 4 and birth_date_level = 3 and address_level > 0
                then 'exact_name_birth_date_postcode'
            when is_link then 'probabilistic'
        end as link_method,
        case
            when is_link then null
            when is_child_linked then 'child_linked_to_another_member'
            when link_probability < required_probability then 'not_sure_enough'
            when not is_forename_alike then 'forename_differs'
            when birth_date_level <= 0 then 'birth_date_differs'
            else 'two_candidates'
        end as review_reason,
        extract_date as link_date
    from taken
    where
        is_link
        or (
            link_probability >= review_probability
            and not is_person_linked
            and (forename_level > 0 or birth_date_level > 0)
            and (not is_child_linked or (forename_level > 0 and birth_date_level > 0))
        )

),

decided as (

    select
        *,
        row_number() over (partition by source, person_id, decision order by decided_at desc) as person_turn,
        row_number() over (
            partition by source, household_id, child_durable_key, decision order by decided_at desc
        ) as child_turn
    from judged
    where decision is not null

),

-- Two children accepted for one person, or two people of a household for one child: the last word counts.
reviewed as (

    select
        {{ candidate_columns() }},
        case decision when 'accept' then 'linked' else 'rejected' end as link_status,
        'reviewed' as link_method,
        cast(null as string) as review_reason,
        cast(decided_at as date) as link_date
    from decided
    where decision = 'reject' or (person_turn = 1 and child_turn = 1)

),

candidates as (

    select * from settled

    union all

    select * from reviewed

)

select
    {{ pseudonym("concat_ws('|', 'link', source, person_id, child_durable_key)") }} as review_id,
    *
from candidates

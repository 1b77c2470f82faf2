{#- What becomes of the pairs of people and children that nobody decided on.

    Linked: at or above the upper threshold, forename and birth date both in agreement (so that a twin or a
    sibling is never linked on surname, address and birth date alone), each the other's best within the household,
    and clearly ahead of the next. -#}
with compared as (

    select * from {{ ref('int_person_pairs_compared') }}

),

-- What is left to the scores: pairs that nobody decided on, of people and children that are not spoken for.
open_pairs as (

    select compared.*
    from compared
    left join compared as accepted_person
        on
            compared.source = accepted_person.source
            and compared.person_id = accepted_person.person_id
            and accepted_person.decision = 'accept'
    left join compared as accepted_child
        on
            compared.source = accepted_child.source
            and compared.household_id = accepted_child.household_id
            and compared.child_durable_key = accepted_child.child_durable_key
            and accepted_child.decision = 'accept'
    where compared.decision is null and accepted_person.person_id is null and accepted_child.person_id is null

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
links_with_status as (

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

)

select * from links_with_status

{#- What is known of each person without UPN and child who may be the one: how alike the records are, and what a
    reviewer said. -#}
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

decisions as (

    select * from {{ ref('int_person_link_decisions') }}

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

)

select * from judged

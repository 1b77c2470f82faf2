{#- Which children a person without UPN may be, and what becomes of it: what the scores propose, and what reviewers
    decided. -#}
with proposed as (

    select * from {{ ref('int_person_links_proposed') }}

),

compared as (

    select * from {{ ref('int_person_pairs_compared') }}

),

decided as (

    select
        *,
        row_number() over (partition by source, person_id, decision order by decided_at desc) as person_turn,
        row_number() over (
            partition by source, household_id, child_durable_key, decision order by decided_at desc
        ) as child_turn
    from compared
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

    select
        {{ candidate_columns() }},
        link_status,
        link_method,
        review_reason,
        link_date
    from proposed

    union all

    select * from reviewed

)

select
    {{ pseudonym("concat_ws('|', 'link', source, person_id, child_durable_key)") }} as review_id,
    *
from candidates

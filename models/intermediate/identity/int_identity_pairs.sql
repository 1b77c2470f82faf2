{#- What the sources say joins two identities, each pair with what speaks against it on the face of the two, and what a
    reviewer said of it. -#}
with same_upn as (

    select * from {{ ref('int_identity_pairs_same_upn') }}

),

former_upn as (

    select * from {{ ref('int_identity_pairs_former_upn') }}

),

same_pupil as (

    select * from {{ ref('int_identity_pairs_same_pupil') }}

),

same_description as (

    select * from {{ ref('int_identity_pairs_same_description') }}

),

decisions as (

    select * from {{ ref('stg_ops__review_decisions') }}
    where kind = 'identity'

),

evidence as (

    select * from same_upn

    union all

    select * from former_upn

    union all

    select * from same_pupil

    union all

    select * from same_description

),

kept_apart as (

    select * from {{ ref('int_identities_kept_apart') }}

),

-- What joins a UPN that is kept apart to another one is not said; what joins it to itself is.
open_evidence as (

    select evidence.*
    from evidence
    left join kept_apart as ones on evidence.identity_id = ones.identity_id
    left join kept_apart as others on evidence.other_identity_id = others.identity_id
    where (ones.identity_id is null and others.identity_id is null) or ones.upn = others.upn

),

-- What stands goes before what was taken back, what nothing speaks against before what something does.
pairs as (

    select
        least(said.identity_id, said.other_identity_id) as identity_id,
        greatest(said.identity_id, said.other_identity_id) as other_identity_id,
        said.link_method,
        said.review_reason,
        said.is_standing,
        min(said.stated_date) over (
            partition by
                least(said.identity_id, said.other_identity_id),
                greatest(said.identity_id, said.other_identity_id)
        ) as stated_date,
        said.delivery_id
    from open_evidence as said
    qualify row_number() over (
        partition by
            least(said.identity_id, said.other_identity_id),
            greatest(said.identity_id, said.other_identity_id)
        order by
            said.is_standing desc,
            said.review_reason is not null,
            said.link_method = 'name_birth_date_postcode',
            said.stated_date asc,
            said.link_method asc,
            said.delivery_id asc
    ) = 1

),

named as (

    select
        {{ pseudonym("concat_ws('|', 'identity', pairs.identity_id, pairs.other_identity_id)") }} as review_id,
        pairs.*
    from pairs

),

decided as (

    select
        named.*,
        decisions.decision,
        decisions.decided_at
    from named
    left join decisions on named.review_id = decisions.review_id

)

select * from decided

{{ config(materialized="view", meta={"read_by": ["review"]}) }}
{#- The two sides of each pair, as a reviewer sees them beside each other. A view: no further copy of names is kept. -#}
with queue as (

    select * from {{ ref('int_review_queue') }}

),

candidates as (

    select * from {{ ref('int_person_link_candidates') }}

),

people as (

    select * from {{ ref('int_people_without_upn') }}

),

appearances as (

    select * from {{ ref('int_child_appearances') }}

),

identities as (

    select * from {{ ref('int_identities') }}

),

returns as (

    select * from {{ ref('stg_school_census__pupils') }}

),

returned as (

    select
        identity_id,
        {{ joined_once('school_id', "', '") }} as schools,
        max(reference_date) as last_return_date
    from returns
    group by identity_id

),

sides as (

    select
        review_id,
        'one' as side,
        identity_id
    from queue
    where kind = 'identity'

    union all

    select
        review_id,
        'other' as side,
        other_identity_id as identity_id
    from queue
    where kind = 'identity'

),

people_compared as (

    select
        queue.review_id,
        'one' as side,
        1 as record_number,
        cast(null as string) as upn,
        people.forename,
        people.surname,
        people.birth_date,
        people.sex,
        people.address_line,
        people.postcode,
        replace({{ array_in_words('people.companions') }}, '|', ' ') as companions,
        cast(null as string) as schools,
        people.known_from_date,
        people.known_to_date
    from queue
    inner join people on queue.source = people.source and queue.person_id = people.person_id

),

-- the record that the person fits comes first, then the newest
children_compared as (

    select
        candidates.review_id,
        'other' as side,
        row_number() over (
            partition by candidates.review_id
            order by
                coalesce(appearances.content_id = candidates.child_content_id, false) desc,
                appearances.known_to_date desc,
                appearances.known_from_date desc,
                appearances.content_id asc
        ) as record_number,
        cast(null as string) as upn,
        appearances.forename,
        appearances.surname,
        appearances.birth_date,
        appearances.sex,
        appearances.address_line,
        appearances.postcode,
        replace({{ array_in_words('appearances.companions') }}, '|', ' ') as companions,
        cast(null as string) as schools,
        appearances.known_from_date,
        appearances.known_to_date
    from candidates
    inner join appearances on candidates.child_durable_key = appearances.child_durable_key

),

identities_compared as (

    select
        sides.review_id,
        sides.side,
        1 as record_number,
        identities.upn,
        {{ array_in_words('identities.forenames') }} as forename,
        {{ array_in_words('identities.surnames') }} as surname,
        identities.birth_date,
        cast(null as string) as sex,
        cast(null as string) as address_line,
        cast(null as string) as postcode,
        cast(null as string) as companions,
        returned.schools,
        identities.first_seen_date as known_from_date,
        returned.last_return_date as known_to_date
    from sides
    inner join identities on sides.identity_id = identities.identity_id
    left join returned on sides.identity_id = returned.identity_id

)

select * from people_compared

union all

select * from children_compared

union all

select * from identities_compared

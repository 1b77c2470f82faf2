{{ config(meta={"read_by": ["benchmarks", "linkage"]}) }}
{#- Who the people without UPN are. The models that read this do not know how it was found. -#}
with people as (

    select * from {{ ref('int_people_without_upn') }}

),

candidates as (

    select * from {{ ref('int_person_link_candidates') }}

),

links as (

    select * from candidates
    where link_status = 'linked'

),

-- the likeliest of those that wait for a reviewer
reviews as (

    select * from candidates
    where link_status = 'review'
    qualify row_number() over (
        partition by source, person_id order by link_probability desc, child_durable_key asc
    ) = 1

),

linked as (

    select
        people.source,
        people.person_id,
        people.household_id,
        people.is_adult,
        links.child_durable_key,
        case
            when links.child_durable_key is not null then 'linked'
            when reviews.person_id is not null then 'review'
            else 'not_linked'
        end as link_status,
        links.link_method,
        reviews.review_reason,
        cast(coalesce(links.link_probability, reviews.link_probability) as decimal(9, 4)) as link_probability,
        coalesce(links.link_date, people.extract_date) as link_date,
        people.delivery_id
    from people
    left join links on people.source = links.source and people.person_id = links.person_id
    left join reviews on people.source = reviews.source and people.person_id = reviews.person_id

)

select * from linked

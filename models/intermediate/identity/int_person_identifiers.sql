{#- By what people without UPN are known. Whom a child's own identifiers find needs no name and address; of the others
    there is nothing else. Children whom settings of the early years alone know are children all the same. -#}
with under_fives as (

    select * from {{ ref('int_early_years_people') }}
    where not is_known_elsewhere

),

people as (

    select
        people.source,
        people.person_id,
        people.forename_compared || people.surname_compared || '|' || people.birth_date as name_and_birth_date,
        people.postcode,
        under_fives.person_id is not null as is_known_alone,
        coalesce(linked.child_durable_key, under_fives.child_durable_key) as child_durable_key
    from {{ ref('int_people_without_upn') }} as people
    inner join {{ ref('int_people_linked') }} as linked
        on people.source = linked.source and people.person_id = linked.person_id
    left join under_fives
        on people.source = 'early_years_census' and people.person_id = under_fives.person_id

),

identifiers as (

    select
        child_durable_key,
        source,
        person_id,
        'person' as identifier_kind,
        source || '/' || person_id as identifier
    from people

    union all

    select
        child_durable_key,
        source,
        person_id,
        'name' as identifier_kind,
        name_and_birth_date as identifier
    from people
    where child_durable_key is null or is_known_alone

    union all

    select
        child_durable_key,
        source,
        person_id,
        'postcode' as identifier_kind,
        postcode as identifier
    from people
    where child_durable_key is null or is_known_alone

    union all

    -- the key of a child that has no other, and the one it had before a school knew it
    select
        child_durable_key,
        'early_years_census' as source,
        person_id,
        case when is_known_elsewhere then 'merged_key' else 'key' end as identifier_kind,
        person_id as identifier
    from {{ ref('int_early_years_people') }}

)

select * from identifiers
where identifier is not null

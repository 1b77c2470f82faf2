{#- By what people without UPN are known. Whom a child's own identifiers find needs no name and address; of the others
    there is nothing else. -#}
with people as (

    select
        people.source,
        people.person_id,
        people.forename_compared || people.surname_compared || '|' || people.birth_date as name_and_birth_date,
        people.postcode,
        linked.child_durable_key
    from {{ ref('int_people_without_upn') }} as people
    inner join {{ ref('int_people_linked') }} as linked
        on people.source = linked.source and people.person_id = linked.person_id

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
    where child_durable_key is null

    union all

    select
        child_durable_key,
        source,
        person_id,
        'postcode' as identifier_kind,
        postcode as identifier
    from people
    where child_durable_key is null

)

select * from identifiers
where identifier is not null

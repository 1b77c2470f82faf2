{#- By what people without UPN are known. Whom a child's own identifiers find needs no name and address; of the others
    there is nothing else. Children whom settings of the early years alone know, or the list of children not in school, are
    children all the same. -#}
with of_lists as (

    select
        'early_years_census' as source,
        person_id,
        person_id as own_key,
        child_durable_key,
        is_known_elsewhere
    from {{ ref('int_early_years_people') }}

    union all

    select
        'not_in_school' as source,
        person_id,
        own_key,
        child_durable_key,
        is_known_elsewhere
    from {{ ref('int_not_in_school_people') }}

),

known_alone as (

    select * from of_lists
    where not is_known_elsewhere

),

people as (

    select
        people.source,
        people.person_id,
        people.forename_compared || people.surname_compared || '|' || people.birth_date as name_and_birth_date,
        people.postcode,
        known_alone.person_id is not null as is_known_alone,
        coalesce(linked.child_durable_key, known_alone.child_durable_key) as child_durable_key
    from {{ ref('int_people_without_upn') }} as people
    inner join {{ ref('int_people_linked') }} as linked
        on people.source = linked.source and people.person_id = linked.person_id
    left join known_alone
        on people.source = known_alone.source and people.person_id = known_alone.person_id

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
        source,
        person_id,
        case when is_known_elsewhere then 'merged_key' else 'key' end as identifier_kind,
        own_key as identifier
    from of_lists

)

select * from identifiers
where identifier is not null

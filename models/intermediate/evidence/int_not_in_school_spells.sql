{#- Children on one of the two lists of children not in school, and whether they are missing education: home education
    that is not suitable is none, as the department counts. Who has not been asked yet is not missing it. -#}
with spells as (

    select * from {{ ref('stg_not_in_school__spells') }}
    where start_date <= {{ as_of_date() }}

),

people as (

    select * from {{ ref('int_not_in_school_people') }}

),

told as (

    select
        spells.*,
        people.child_durable_key,
        people.is_known_elsewhere,
        people.link_method,
        spells.last_school_id as school_id,
        case
            when spells.kind = 'missing' or spells.suitability = 'not_suitable' then true
            when spells.suitability is not null then false
        end as is_missing_education,
        spells.start_date as valid_from_date,
        coalesce(spells.end_date, {{ end_of_time() }}) as valid_to_date
    from spells
    inner join people on spells.person_id = people.person_id

)

-- All that a spell says.
select * from told -- noqa: AM04

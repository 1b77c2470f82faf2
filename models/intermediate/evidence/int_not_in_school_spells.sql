{#- Children on one of the two lists of children not in school, and whether they are missing education: home education
    that is not suitable is none, as the department counts. Who has not been asked yet is not missing it. -#}
with spells as (

    select * from {{ ref('stg_not_in_school__spells') }}
    where start_date <= {{ as_of_date() }}

),

people as (

    select * from {{ ref('int_not_in_school_people') }}

),

-- whoever a school has on the day is its pupil, whatever the list says
on_roll as (

    select distinct child_durable_key
    from {{ ref('int_main_registrations') }}
    where start_date <= {{ as_of_date() }} and {{ as_of_date() }} < end_date

),

told as (

    select
        spells.*,
        people.child_durable_key,
        people.is_known_elsewhere,
        people.link_method,
        on_roll.child_durable_key is not null as is_on_roll,
        cast({{ age_in_years('spells.birth_date', as_of_date()) }} as integer) as age_years,
        spells.last_school_id as school_id,
        case
            when spells.kind = 'missing' or spells.suitability = 'not_suitable' then true
            when spells.suitability is not null then false
        end as is_missing_education,
        spells.start_date as valid_from_date,
        coalesce(spells.end_date, {{ end_of_time() }}) as valid_to_date
    from spells
    inner join people on spells.person_id = people.person_id
    left join on_roll on people.child_durable_key = on_roll.child_durable_key

)

-- All that a spell says.
select * from told -- noqa: AM04

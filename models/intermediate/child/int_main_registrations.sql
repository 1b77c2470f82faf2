{{ config(meta={"read_by": ["expectations"]}) }}
{#- Main registrations in the order in which they are believed. A child has one school at a time, but a school that a
    child has left may go on returning it: the later entry speaks, then the registration heard of last, then the school
    where the child was last present. The number of the school decides only where nothing else does. -#}
with spells as (

    select * from {{ ref('int_enrolment_spells') }}
    where is_main

),

days as (

    select * from {{ ref('int_attendance_days') }}

),

establishments as (

    select
        school_id,
        school_durable_id
    from {{ ref('int_school_establishments') }}
    where valid_to_date = {{ end_of_time() }}

),

-- Nearly nobody has two at once.
children_of_two as (

    select distinct spells.child_durable_key
    from spells
    inner join spells as others
        on
            spells.child_durable_key = others.child_durable_key
            and spells.school_id <> others.school_id
            and spells.start_date < others.end_date
            and spells.end_date > others.start_date

),

last_present as (

    select
        spells.child_durable_key,
        spells.school_id,
        spells.start_date,
        max(days.attendance_date) as last_present_date
    from spells
    inner join children_of_two on spells.child_durable_key = children_of_two.child_durable_key
    inner join days
        on
            spells.child_durable_key = days.child_durable_key
            and spells.school_id = days.school_id
            and {{ valid_on('days.attendance_date', 'spells', 'start_date', 'end_date') }}
    where
        days.sessions_present + days.sessions_late > 0
        and days.attendance_date <= {{ as_of_date() }}
    group by spells.child_durable_key, spells.school_id, spells.start_date

),

ranked as (

    select
        spells.child_durable_key,
        spells.school_id,
        coalesce(establishments.school_durable_id, spells.school_id) as school_durable_id,
        spells.start_date,
        spells.end_date,
        spells.last_recorded_date,
        last_present.last_present_date,
        row_number() over (
            partition by spells.child_durable_key
            order by
                spells.start_date desc,
                spells.last_recorded_date desc nulls last,
                last_present.last_present_date desc nulls last,
                spells.school_id asc
        ) as preference
    from spells
    left join last_present
        on
            spells.child_durable_key = last_present.child_durable_key
            and spells.school_id = last_present.school_id
            and spells.start_date = last_present.start_date
    left join establishments on spells.school_id = establishments.school_id

)

select * from ranked

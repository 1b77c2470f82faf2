with spells as (

    select * from {{ ref('int_not_in_school_spells') }}

),

keyed as (

    select
        {{ surrogate_key(['spells.person_id', 'spells.kind', 'spells.start_date']) }} as not_in_school_spell_key,
        {{ conformed_home_keys() }},
        {{ date_key('spells.start_date') }} as start_date_key,
        {{ date_key('spells.end_date') }} as end_date_key,
        spells.kind,
        spells.is_known_elsewhere,
        spells.link_method,
        spells.is_on_roll,
        spells.age_years,
        spells.reason_code,
        spells.suitability,
        spells.is_missing_education,
        spells.has_attendance_order,
        spells.start_date,
        spells.end_date,
        spells.valid_to_date > {{ as_of_date() }} as is_open
    from spells
    {{ join_conformed_homes('spells', 'start_date') }}

)

select * from keyed

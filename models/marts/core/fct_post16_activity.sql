with activities as (

    select
        spells.*,
        people.child_durable_key,
        people.school_id,
        people.year_12_start_year,
        people.link_method,
        people.is_send,
        people.has_care_experience,
        people.is_young_carer,
        people.is_parent,
        statuses.is_counted
    from {{ ref('int_post16_situations') }} as spells
    inner join {{ ref('int_young_people') }} as people on spells.person_id = people.person_id
    left join {{ ref('ref_post16_cohort_status') }} as statuses on spells.cohort_code = statuses.cohort_code

),

keyed as (

    select
        {{ surrogate_key([young_person_key('activities.person_id'), 'activities.spell_number']) }}
            as post16_activity_key,
        {{ young_person_key('activities.person_id') }} as young_person_key,
        {{ conformed_home_keys() }},
        {{ date_key('activities.valid_from_date') }} as valid_from_date_key,
        {{ date_key('activities.valid_to_date') }} as valid_to_date_key,
        activities.activity_code,
        activities.activity_group,
        activities.cohort_code,
        activities.link_method,
        activities.year_12_start_year,
        activities.is_counted,
        activities.is_lapsed,
        activities.is_neet,
        activities.is_not_known,
        activities.is_participating,
        activities.is_send,
        activities.has_care_experience,
        activities.is_young_carer,
        activities.is_parent,
        activities.first_told_date,
        activities.last_told_date,
        activities.valid_from_date,
        activities.valid_to_date
    from activities
    {{ join_conformed_homes('activities', 'valid_from_date') }}

)

select * from keyed

with statuses as (

    select
        spells.*,
        people.child_durable_key,
        people.school_id,
        people.link_method,
        people.upn_unknown_code
    from {{ ref('int_social_care_spells') }} as spells
    inner join {{ ref('int_social_care_children') }} as people on spells.child_ref = people.child_ref

),

keyed as (

    select
        {{ surrogate_key([
            social_care_person_key('statuses.child_ref'),
            'statuses.status_code',
            'statuses.spell_number',
        ]) }} as social_care_status_key,
        {{ social_care_person_key('statuses.child_ref') }} as social_care_person_key,
        {{ conformed_keys() }},
        {{ date_key('statuses.valid_from_date') }} as valid_from_date_key,
        {{ date_key('statuses.valid_to_date') }} as valid_to_date_key,
        statuses.status_code,
        statuses.closure_reason_code,
        statuses.link_method,
        statuses.upn_unknown_code,
        statuses.is_end_told,
        statuses.is_step_down,
        statuses.last_told_date,
        statuses.valid_from_date,
        statuses.valid_to_date
    from statuses
    {{ join_conformed_dimensions('statuses', 'valid_from_date') }}

)

select * from keyed

with spells as (

    select * from {{ ref('int_fsm_spells') }}

),

keyed as (

    select
        {{ surrogate_key([
            'spells.child_durable_key', 'spells.school_id', 'spells.start_date', 'spells.end_date'
        ]) }} as fsm_eligibility_key,
        {{ conformed_keys() }},
        {{ date_key('spells.start_date') }} as valid_from_date_key,
        {{ date_key('spells.end_date') }} as valid_to_date_key,
        {{ valid_on(as_of_date(), 'spells', 'start_date', 'end_date') }} as is_current,
        spells.start_date as valid_from_date,
        spells.end_date as valid_to_date
    from spells
    {{ join_conformed_dimensions('spells', 'start_date') }}

)

select * from keyed

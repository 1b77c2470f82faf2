with spells as (

    select * from {{ ref('int_sen_spells') }}

),

keyed as (

    select
        {{ surrogate_key([
            'spells.child_durable_key', 'spells.provision_group', 'spells.start_date', 'spells.end_date'
        ]) }} as sen_provision_key,
        {{ conformed_keys() }},
        {{ date_key('spells.start_date') }} as valid_from_date_key,
        {{ date_key('spells.end_date') }} as valid_to_date_key,
        spells.provision_group,
        spells.primary_need_code,
        spells.secondary_need_code,
        {{ valid_on(as_of_date(), 'spells', 'start_date', 'end_date') }} as is_current,
        spells.start_date as valid_from_date,
        spells.end_date as valid_to_date
    from spells
    {{ join_conformed_dimensions('spells', 'start_date') }}

)

select * from keyed

with spells as (

    select * from {{ ref('int_family_support_spells') }}

),

-- a programme knows no school: its start belongs to where the child then had the main registration
placed as (

    {{ at_main_school('spells', 'start_date', ['household_id', 'child_durable_key', 'programme', 'start_date']) }}

),

keyed as (

    select
        {{ surrogate_key([
            'placed.household_id', 'placed.child_durable_key', 'placed.programme', 'placed.start_date'
        ]) }} as family_support_key,
        {{ conformed_keys() }},
        {{ or_unknown('households.household_key') }} as household_key,
        {{ or_unknown('households.household_durable_key') }} as household_durable_key,
        {{ date_key('placed.start_date') }} as valid_from_date_key,
        {{ date_key('placed.end_date') }} as valid_to_date_key,
        placed.programme,
        placed.link_method,
        placed.link_probability,
        placed.link_date,
        cast(placed.presenting_needs_count as integer) as presenting_needs_count,
        {{ valid_on(as_of_date(), 'placed', 'start_date', 'end_date') }} as is_current,
        placed.start_date as valid_from_date,
        placed.end_date as valid_to_date
    from placed
    {{ join_conformed_dimensions('placed', 'start_date') }}
    left join {{ ref('dim_household') }} as households
        on
            {{ household_durable_key('placed.household_id') }} = households.household_durable_key
            and {{ valid_on('placed.start_date', 'households') }}

)

select * from keyed

{#- What the census says of a child's SEN provision on each reference date, from the school of the main
    registration. -#}
with returns as (

    select * from {{ ref('int_pupil_returns') }}

),

provisions as (

    select * from {{ ref('ref_sen_provision') }}

),

statuses as (

    select * from {{ ref('ref_enrol_status') }}

),

registrations as (

    select * from {{ ref('int_main_registrations') }}

),

states as (

    select
        returns.child_durable_key,
        returns.school_id,
        returns.census_year,
        returns.census_term,
        returns.roll,
        returns.pupil_return_id,
        provisions.provision_group,
        returns.reference_date,
        returns.delivery_id
    from returns
    inner join provisions on returns.sen_provision_code = provisions.sen_provision_code
    left join statuses on returns.enrol_status = statuses.enrol_status
    left join registrations
        on
            returns.child_durable_key = registrations.child_durable_key
            and returns.school_id = registrations.school_id
            and {{ valid_on('returns.reference_date', 'registrations', 'start_date', 'end_date') }}
    qualify row_number() over (
        partition by returns.child_durable_key, returns.reference_date
        order by
            case when statuses.is_main then 0 else 1 end,
            case returns.roll when 'on' then 0 else 1 end,
            returns.entry_date desc nulls last,
            registrations.preference asc nulls last,
            returns.school_id asc
    ) = 1

),

dated as (

    select
        *,
        coalesce(
            lead(reference_date) over (partition by child_durable_key order by reference_date), {{ end_of_time() }}
        ) as next_reference_date
    from states

)

select * from dated

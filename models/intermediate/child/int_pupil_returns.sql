{#- One return per child, school and term. A child may be returned twice (on roll and as a leaver, under two
    UPNs, in an XML file and in a COLLECT block): the pupil on roll speaks, then the main registration, the
    later entry, the newer delivery. -#}
with returns as (

    select * from {{ ref('stg_school_census__pupils') }}

),

identities as (

    select * from {{ ref('int_child_identity') }}

),

statuses as (

    select * from {{ ref('ref_enrol_status') }}

),

homes as (

    select * from {{ ref('int_return_homes') }}

),

keyed as (

    select
        identities.child_durable_key,
        returns.*,
        homes.postcode as home_postcode,
        row_number() over (
            partition by
                identities.child_durable_key, returns.school_id, returns.census_year, returns.census_term
            order by
                case returns.roll when 'on' then 0 else 1 end,
                case when statuses.is_main then 0 else 1 end,
                returns.entry_date desc nulls last,
                returns.reference_date desc,
                returns.delivery_id asc,
                returns.row_number_in_file asc
        ) as preference
    from returns
    inner join identities on returns.identity_id = identities.identity_id
    left join statuses on returns.enrol_status = statuses.enrol_status
    left join homes
        on
            returns.census_year = homes.census_year
            and returns.census_term = homes.census_term
            and returns.school_id = homes.school_id
            and returns.roll = homes.roll
            and returns.pupil_return_id = homes.pupil_return_id

)

-- All that is said where it comes from, whatever is added there.
select * from keyed -- noqa: AM04
where preference = 1

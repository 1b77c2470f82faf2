{{ config(materialized="view") }}
{#- Where a census return says a pupil lives: on the pupil's own record, or first in COLLECT's block of addresses. -#}
with returns as (

    select * from {{ ref('stg_school_census__pupils') }}

),

addresses as (

    select * from {{ ref('stg_school_census__addresses') }}
    where postcode is not null

),

recorded_addresses as (

    select
        census_year,
        census_term,
        school_id,
        roll,
        pupil_return_id,
        postcode,
        0 as address_order,
        delivery_id,
        row_number_in_file
    from returns
    where postcode is not null

    union all

    select
        census_year,
        census_term,
        school_id,
        roll,
        pupil_return_id,
        postcode,
        coalesce(address_order, 1) as address_order,
        delivery_id,
        row_number_in_file
    from addresses

),

homes as (

    select
        census_year,
        census_term,
        school_id,
        roll,
        pupil_return_id,
        postcode
    from recorded_addresses
    qualify row_number() over (
        partition by census_year, census_term, school_id, roll, pupil_return_id
        order by address_order, delivery_id, row_number_in_file
    ) = 1

)

select * from homes

-- Who the child is. Stays in the build: no audience of this release may see it.
with children as (

    select * from {{ ref('int_children') }}

),

identities as (

    select
        child_durable_key,
        upn,
        surname,
        forename,
        birth_date,
        address_line,
        postcode
    from children

    union all

    select
        {{ unknown_key() }} as child_durable_key,
        null as upn,
        null as surname,
        null as forename,
        null as birth_date,
        null as address_line,
        null as postcode

)

select * from identities

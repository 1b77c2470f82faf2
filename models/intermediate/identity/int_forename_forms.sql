{#- Each forename as written, with the forms it is compared by: itself, its first part, and the forenames it is
    short for. -#}
with forenames as (

    select forename from {{ ref('stg_synergy__pupil_versions') }}

    union

    select forename from {{ ref('int_pupil_returns') }}

    union

    select forename from {{ people_without_upn() }}

),

variants as (

    select * from {{ ref('ref_forename_variant') }}

),

written as (

    select
        forename,
        {{ clean_name('forename') }} as form
    from forenames
    where forename is not null

    union

    select
        forename,
        {{ first_of_array(name_parts('forename')) }} as form
    from forenames
    where forename is not null

),

registered as (

    select
        written.forename,
        {{ clean_name('variants.forename') }} as form
    from written
    inner join variants on written.form = {{ clean_name('variants.variant') }}

),

forms as (

    select * from written

    union

    select * from registered

)

select
    forename,
    {{ list_in_order('form', 'form') }} as forename_forms
from forms
where form is not null
group by forename

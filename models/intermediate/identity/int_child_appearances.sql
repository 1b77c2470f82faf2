{{ config(meta={"read_by": ["benchmarks", "linkage"]}) }}
{#- Every way in which a child has been on record, for comparison with people without UPN: each name with each
    address, and when the child may have lived there. -#}
with identities as (

    select * from {{ ref('int_child_identity') }}

),

pupils as (

    select * from {{ ref('stg_synergy__pupil_versions') }}

),

returns as (

    select * from {{ ref('int_pupil_returns') }}

),

sightings as (

    select
        identities.child_durable_key,
        pupils.surname,
        pupils.forename,
        pupils.sex,
        pupils.address_line,
        pupils.postcode,
        pupils.birth_date,
        pupils.first_extract_date as first_seen_date,
        pupils.last_extract_date as last_seen_date
    from pupils
    inner join identities on pupils.identity_id = identities.identity_id

    union all

    select
        child_durable_key,
        surname,
        forename,
        sex,
        cast(null as string) as address_line,
        home_postcode as postcode,
        birth_date,
        reference_date as first_seen_date,
        reference_date as last_seen_date
    from returns

),

forms as (

    select * from {{ ref('int_forename_forms') }}

),

-- Most returns repeat a name as it was: names are cleaned once for all of them.
names_written as (

    select
        child_durable_key,
        surname,
        forename,
        birth_date,
        max(sex) as sex
    from sightings
    group by child_durable_key, surname, forename, birth_date

),

names_cleaned as (

    select
        *,
        {{ clean_name('surname') }} as surname_compared,
        {{ clean_name('forename') }} as forename_compared,
        {{ name_parts('surname') }} as surname_parts
    from names_written

),

names as (

    select * from names_cleaned
    qualify row_number() over (
        partition by child_durable_key, surname_compared, forename_compared, birth_date
        order by surname, forename
    ) = 1

),

-- the address line is Synergy's; the census knows the postcode alone
addresses as (

    select
        child_durable_key,
        postcode,
        max(address_line) as address_line,
        min(first_seen_date) as first_seen_date,
        max(last_seen_date) as last_seen_date
    from sightings
    where postcode is not null
    group by child_durable_key, postcode

),

-- Between two sightings at two addresses the child may have lived at either.
address_periods as (

    select
        child_durable_key,
        postcode,
        address_line,
        {{ clean_address('address_line') }} as address_compared,
        lag(last_seen_date) over (
            partition by child_durable_key order by first_seen_date, last_seen_date, postcode
        ) as known_from_date,
        lead(first_seen_date) over (
            partition by child_durable_key order by first_seen_date, last_seen_date, postcode
        ) as known_to_date
    from addresses

),

-- Children's homes and boarding houses are no family.
households as (

    select
        address_periods.postcode,
        address_periods.address_compared,
        names.child_durable_key,
        names.forename,
        names.birth_date
    from address_periods
    inner join names on address_periods.child_durable_key = names.child_durable_key
    where address_periods.address_line is not null
    qualify count(*) over (partition by address_periods.postcode, address_periods.address_compared) <= 12

),

companion_forms as (

    select
        forename,
        {{ unnest_array('forename_forms') }} as form
    from forms

),

companions as (

    select
        households.child_durable_key,
        {{ distinct_in_order("companion_forms.form || '|' || others.birth_date") }} as companions
    from households
    inner join households as others
        on
            households.postcode = others.postcode
            and households.address_compared = others.address_compared
            and households.birth_date <> others.birth_date
            and households.child_durable_key <> others.child_durable_key
    inner join companion_forms on others.forename = companion_forms.forename
    group by households.child_durable_key

),

appearances as (

    select
        names.child_durable_key,
        names.surname,
        names.forename,
        address_periods.address_line,
        names.forename_compared,
        forms.forename_forms,
        names.surname_compared,
        names.surname_parts,
        names.birth_date,
        names.sex,
        address_periods.postcode,
        address_periods.address_compared,
        companions.companions,
        coalesce(address_periods.known_from_date, names.birth_date) as known_from_date,
        coalesce(address_periods.known_to_date, {{ end_of_time() }}) as known_to_date
    from names
    left join address_periods on names.child_durable_key = address_periods.child_durable_key
    left join forms on names.forename = forms.forename
    left join companions on names.child_durable_key = companions.child_durable_key

)

select
    *,
    {{ linkage_content_id() }} as content_id
from appearances

{{ config(meta={"read_by": ["benchmarks", "linkage"]}) }}
{#- Everyone whom a source without UPN knows, in the form that is compared. Sources are listed in
    `linkage_sources` of dbt_project.yml. -#}
with thresholds as (

    select * from {{ ref('ref_linkage_threshold') }}

),

people as (

    select * from {{ people_without_upn() }}

),

aged as (

    select
        people.*,
        coalesce(
            {{ age_in_years('people.birth_date', 'people.extract_date') }} > thresholds.maximum_age_years, false
        ) as is_adult
    from people
    left join thresholds
        on people.source = thresholds.source and {{ valid_on('people.extract_date', 'thresholds') }}

),

cleaned as (

    select
        *,
        {{ clean_name('forename') }} as forename_compared,
        {{ clean_name('surname') }} as surname_compared,
        {{ name_parts('surname') }} as surname_parts,
        {{ clean_address('address_line') }} as address_compared
    from aged

),

forms as (

    select * from {{ ref('int_forename_forms') }}

),

companion_forms as (

    select
        forename,
        {{ unnest_array('forename_forms') }} as form
    from forms

),

-- Brothers and sisters tell two children of one name apart. Those who share the birth date are no evidence:
-- of twins, each would vouch for the other.
companions as (

    select
        cleaned.source,
        cleaned.person_id,
        {{ distinct_in_order("companion_forms.form || '|' || others.birth_date") }} as companions
    from cleaned
    inner join cleaned as others
        on
            cleaned.source = others.source
            and cleaned.household_id = others.household_id
            and cleaned.birth_date <> others.birth_date
    inner join companion_forms on others.forename = companion_forms.forename
    group by cleaned.source, cleaned.person_id

),

described as (

    select
        cleaned.source,
        cleaned.person_id,
        cleaned.household_id,
        cleaned.is_adult,
        cleaned.surname,
        cleaned.forename,
        cleaned.address_line,
        cleaned.forename_compared,
        forms.forename_forms,
        cleaned.surname_compared,
        cleaned.surname_parts,
        cleaned.birth_date,
        cleaned.sex,
        cleaned.postcode,
        cleaned.address_compared,
        companions.companions,
        cleaned.known_from_date,
        cleaned.known_to_date,
        cleaned.delivery_id,
        cleaned.extract_date
    from cleaned
    left join forms on cleaned.forename = forms.forename
    left join companions
        on
            cleaned.source = companions.source
            and cleaned.person_id = companions.person_id

)

-- parents are not compared with children
select
    *,
    case when not is_adult then {{ linkage_content_id() }} end as content_id
from described

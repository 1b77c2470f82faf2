{#- What is known of a child now: Synergy first, the newest census return where Synergy is silent, attainment
    files last; and children whom settings of the early years alone know, or the list of children not in school. -#}
with identities as (

    select * from {{ ref('int_child_identity') }}

),

pupils as (

    select * from {{ ref('stg_synergy__pupils') }}

),

returns as (

    select * from {{ ref('int_pupil_returns') }}

),

results as (

    select * from {{ ref('stg_attainment__results') }}

),

enrolments as (

    select * from {{ ref('stg_synergy__enrolments') }}

),

ethnicities as (

    select * from {{ ref('ref_ethnicity') }}

),

latest_pupils as (

    select
        identities.child_durable_key,
        pupils.*
    from pupils
    inner join identities on pupils.identity_id = identities.identity_id
    qualify row_number() over (
        partition by identities.child_durable_key
        order by pupils.former_upn is not null desc, pupils.row_number_in_file desc
    ) = 1

),

latest_returns as (

    select * from returns
    qualify row_number() over (
        partition by child_durable_key
        order by reference_date desc, roll desc, school_id asc
    ) = 1

),

latest_postcodes as (

    select
        child_durable_key,
        {{ latest('home_postcode', 'reference_date') }} as postcode
    from returns
    where home_postcode is not null
    group by child_durable_key

),

-- The newest return that says so; of two schools on one day the one that knows of it.
latest_carers as (

    select
        returns.child_durable_key,
        carers.is_young_carer
    from returns
    inner join {{ ref('ref_young_carer') }} as carers on returns.young_carer_code = carers.young_carer_code
    qualify row_number() over (
        partition by returns.child_durable_key
        order by returns.reference_date desc, carers.is_young_carer desc
    ) = 1

),

latest_results as (

    select
        identities.child_durable_key,
        results.*
    from results
    inner join identities on results.identity_id = identities.identity_id
    qualify row_number() over (
        partition by identities.child_durable_key
        order by
            results.assessment_date desc,
            results.delivery_id asc,
            results.row_number_in_file asc,
            results.subject_code asc
    ) = 1

),

seen_days as (

    select
        child_durable_key,
        reference_date as seen_date
    from returns

    union all

    select
        latest_pupils.child_durable_key,
        enrolments.start_date as seen_date
    from enrolments
    inner join latest_pupils on enrolments.pupil_id = latest_pupils.pupil_id

    union all

    select
        child_durable_key,
        extract_date as seen_date
    from latest_pupils

    union all

    select
        child_durable_key,
        assessment_date as seen_date
    from latest_results

),

seen as (

    select
        child_durable_key,
        min(seen_date) as first_seen_date,
        max(seen_date) as last_seen_date
    from seen_days
    group by child_durable_key

),

children as (

    select
        seen.child_durable_key,
        coalesce(latest_pupils.upn, latest_returns.upn, latest_results.upn) as upn,
        coalesce(latest_pupils.surname, latest_returns.surname, latest_results.surname) as surname,
        coalesce(latest_pupils.forename, latest_returns.forename, latest_results.forename) as forename,
        coalesce(latest_pupils.birth_date, latest_returns.birth_date, latest_results.birth_date) as birth_date,
        coalesce(latest_pupils.sex, latest_returns.sex) as sex,
        coalesce(latest_pupils.ethnicity_code, latest_returns.ethnicity_code) as ethnicity_code,
        coalesce(ethnicities.ethnicity_group, 'Not known') as ethnicity_group,
        latest_pupils.address_line,
        coalesce(latest_pupils.postcode, latest_postcodes.postcode) as postcode,
        latest_pupils.lsoa_code,
        latest_carers.is_young_carer,
        seen.first_seen_date,
        seen.last_seen_date,
        coalesce(latest_pupils.delivery_id, latest_returns.delivery_id, latest_results.delivery_id) as delivery_id
    from seen
    left join latest_pupils on seen.child_durable_key = latest_pupils.child_durable_key
    left join latest_returns on seen.child_durable_key = latest_returns.child_durable_key
    left join latest_postcodes on seen.child_durable_key = latest_postcodes.child_durable_key
    left join latest_carers on seen.child_durable_key = latest_carers.child_durable_key
    left join latest_results on seen.child_durable_key = latest_results.child_durable_key
    left join ethnicities
        on coalesce(latest_pupils.ethnicity_code, latest_returns.ethnicity_code) = ethnicities.ethnicity_code

)

select * from children

{% for model in ['int_children_not_in_school', 'int_children_under_five'] %}
    union all

    select
        child_durable_key,
        upn,
        surname,
        forename,
        birth_date,
        sex,
        ethnicity_code,
        ethnicity_group,
        address_line,
        postcode,
        lsoa_code,
        is_young_carer,
        first_seen_date,
        last_seen_date,
        delivery_id
    from {{ ref(model) }}
{% endfor %}

{{ config(meta={
    "partition_by": "as_of_date",
    "partition_inputs": ["int_populations", "int_attendance_year_so_far"],
}) }}
{#- What might raise a flag and does not count yet: it lies in quarantine, or nobody is sure enough whose it is. A
    flag is not "not raised" while something was delivered that could raise it. -#}
with quarantined as (

    select * from {{ ref('int_records_quarantined') }}

),

spells as (

    select * from {{ ref('int_family_support_spells') }}

),

population as (

    select distinct
        child_durable_key,
        as_of_date
    from {{ changed_partitions(ref('int_populations'), 'as_of_date') }}

),

candidates as (

    select * from {{ ref('int_person_link_candidates') }}
    where link_status = 'review' and source = 'family_matters'

),

family_needs as (

    select * from {{ ref('stg_family_matters__needs') }}

),

years_so_far as (

    select * from {{ ref('int_attendance_year_so_far') }}
    where sessions_unread > 0

),

-- How much more absence each day would count, if every mark that is missing were one.
marks_missing as (

    select
        population.child_durable_key,
        population.as_of_date,
        {{ share(
            '(years_so_far.sessions_absent + years_so_far.sessions_unread)',
            '(years_so_far.sessions_possible + years_so_far.sessions_unread)'
        ) }} - {{ share('years_so_far.sessions_absent', 'years_so_far.sessions_possible') }} as additional_value,
        years_so_far.delivery_id
    from population
    inner join years_so_far
        on
            population.child_durable_key = years_so_far.child_durable_key
            and {{ valid_on('population.as_of_date', 'years_so_far') }}

),

-- How many more needs each day would count, if a member of the household were this child.
needs_in_review as (

    select
        population.child_durable_key,
        population.as_of_date,
        count(distinct family_needs.need_code) as needs_count,
        min(candidates.extract_date) as extract_date,
        min(candidates.delivery_id) as delivery_id
    from candidates
    inner join population on candidates.child_durable_key = population.child_durable_key
    inner join spells
        on
            candidates.household_id = spells.household_id
            and {{ valid_on('population.as_of_date', 'spells', 'start_date', 'end_date') }}
    inner join family_needs
        on
            spells.household_id = family_needs.household_id
            and family_needs.identified_date <= population.as_of_date
    group by population.child_durable_key, population.as_of_date

),

pending as (

    select
        population.child_durable_key,
        population.as_of_date,
        quarantined.measure,
        quarantined.evidence_date,
        'record_in_quarantine' as reason_code,
        cast(null as decimal(18, 6)) as additional_value,
        quarantined.delivery_id
    from population
    inner join quarantined
        on
            population.child_durable_key = quarantined.child_durable_key
            and population.as_of_date >= quarantined.evidence_date

    union all

    select
        child_durable_key,
        as_of_date,
        'presenting_needs_count' as measure,
        least(as_of_date, extract_date) as evidence_date,
        'link_in_review' as reason_code,
        cast(needs_count as decimal(18, 6)) as additional_value,
        delivery_id
    from needs_in_review

    union all

    select
        child_durable_key,
        as_of_date,
        'absence_rate' as measure,
        as_of_date as evidence_date,
        'marks_missing' as reason_code,
        cast(additional_value as decimal(18, 6)) as additional_value,
        delivery_id
    from marks_missing

)

select * from pending

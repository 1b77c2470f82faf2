{#- What might raise a flag and does not count yet: it lies in quarantine, or nobody is sure enough whose it is. A
    flag is not "not raised" while something was delivered that could raise it. -#}
with returns as (

    select * from {{ ref('int_pupil_returns') }}

),

identities as (

    select * from {{ ref('int_child_identity') }}

),

census_details as (

    select * from {{ ref('stg_quarantine__census_details') }}

),

censuses as (

    select * from {{ ref('ref_census') }}

),

pupils as (

    select * from {{ ref('stg_synergy__pupils') }}

),

sen as (

    select * from {{ ref('stg_quarantine__sen') }}

),

needs as (

    select * from {{ ref('stg_quarantine__needs') }}

),

households as (

    select * from {{ ref('stg_quarantine__households') }}

),

people as (

    select * from {{ ref('int_people_linked') }}
    where source = 'family_matters' and child_durable_key is not null

),

spells as (

    select * from {{ ref('int_family_support_spells') }}

),

results as (

    select * from {{ ref('stg_quarantine__results') }}

),

population as (

    select * from {{ ref('int_child_population') }}

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

evidence as (

    select
        returns.child_durable_key,
        case census_details.table_name
            when 'school_census__sessions' then 'absence_rate' else 'is_fsm_eligible'
        end as measure,
        case
            when census_details.table_name <> 'school_census__sessions' then returns.reference_date
            when census_details.period = 'summer_half_term_2' then censuses.summer_half_term_2_to_date
            else censuses.term_to_date
        end as evidence_date,
        census_details.delivery_id
    from census_details
    inner join returns
        on
            census_details.census_year = returns.census_year
            and census_details.census_term = returns.census_term
            and census_details.school_id = returns.school_id
            and census_details.roll = returns.roll
            and census_details.pupil_return_id = returns.pupil_return_id
    inner join censuses
        on
            census_details.census_year = censuses.census_year
            and census_details.census_term = censuses.census_term

    union all

    select
        identities.child_durable_key,
        'is_sen_support' as measure,
        sen.extract_date as evidence_date,
        sen.delivery_id
    from sen
    inner join pupils on sen.pupil_id = pupils.pupil_id
    inner join identities on pupils.identity_id = identities.identity_id

    union all

    select
        spells.child_durable_key,
        'presenting_needs_count' as measure,
        needs.extract_date as evidence_date,
        needs.delivery_id
    from needs
    inner join spells on needs.household_id = spells.household_id
    where spells.child_durable_key is not null

    union all

    -- Support whose first or last day cannot be read may be open.
    select
        people.child_durable_key,
        'presenting_needs_count' as measure,
        households.extract_date as evidence_date,
        households.delivery_id
    from households
    inner join people on households.household_id = people.household_id

    union all

    select
        identities.child_durable_key,
        'subjects_below_expected_count' as measure,
        results.assessment_date as evidence_date,
        results.delivery_id
    from results
    inner join identities on results.upn = identities.upn

),

pending as (

    select
        child_durable_key,
        measure,
        evidence_date,
        cast(null as date) as as_of_date,
        'record_in_quarantine' as reason_code,
        cast(null as decimal(18, 6)) as additional_value,
        max(delivery_id) as delivery_id
    from evidence
    group by child_durable_key, measure, evidence_date

    union all

    select
        child_durable_key,
        'presenting_needs_count' as measure,
        least(as_of_date, extract_date) as evidence_date,
        cast(null as date) as as_of_date,
        'link_in_review' as reason_code,
        cast(max(needs_count) as decimal(18, 6)) as additional_value,
        max(delivery_id) as delivery_id
    from needs_in_review
    group by child_durable_key, least(as_of_date, extract_date)

    union all

    select
        child_durable_key,
        'absence_rate' as measure,
        as_of_date as evidence_date,
        as_of_date,
        'marks_missing' as reason_code,
        cast(additional_value as decimal(18, 6)) as additional_value,
        delivery_id
    from marks_missing

)

select * from pending

{#- What lies in quarantine of a child and could raise a flag: by the measure it would count in, and its day. -#}
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

needs as (

    select * from {{ ref('stg_quarantine__needs') }}

),

people as (

    select * from {{ ref('int_people_linked') }}
    where source = 'family_matters' and child_durable_key is not null

),

spells as (

    select * from {{ ref('int_family_support_spells') }}

),

young_people as (

    select * from {{ ref('int_young_people') }}
    where child_durable_key is not null

),

-- a row of an activity or an offer says whose it is by its record
young_people_quarantined as (

    select
        quarantined.table_name,
        coalesce(quarantined.person_id, records.person_id) as person_id,
        quarantined.period_end_date,
        quarantined.delivery_id
    from {{ ref('stg_quarantine__young_people') }} as quarantined
    left join {{ ref('stg_nccis__young_people') }} as records on quarantined.record_id = records.record_id

),

-- in which measures each kind of row would count
counted_in as (

    select
        pairs.evidence_code,
        pairs.measure
    from (
        values
        ('school_census__sessions', 'absence_rate'),
        ('school_census__fsm_periods', 'is_fsm_eligible'),
        ('school_census__exclusions', 'sessions_suspended_in_12_months_count'),
        ('school_census__exclusions', 'permanent_exclusions_in_12_months_count'),
        ('sen', 'is_sen_support'),
        ('family_support', 'presenting_needs_count'),
        ('results', 'subjects_below_expected_count'),
        ('nccis__young_people', 'is_neet'),
        ('nccis__young_people', 'is_not_known'),
        ('nccis__young_people', 'is_without_offer'),
        ('nccis__activities', 'is_neet'),
        ('nccis__activities', 'is_not_known'),
        ('nccis__guarantees', 'is_without_offer'),
        ('social_care', 'social_care_ended_in_6_months_count'),
        ('early_years', 'is_early_years_disadvantaged'), ('early_years', 'is_early_years_sen_support'),
        ('early_years', 'is_without_entitled_hours'),
        ('not_in_school', 'is_missing_education'), ('concerns', 'open_concerns_count'),
        ('concerns', 'concerns_in_half_term_count')
    ) as pairs (evidence_code, measure)

),

evidence as (

    select
        returns.child_durable_key,
        census_details.table_name as evidence_code,
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
        'sen' as evidence_code,
        sen.extract_date as evidence_date,
        sen.delivery_id
    from {{ ref('stg_quarantine__sen') }} as sen
    inner join pupils on sen.pupil_id = pupils.pupil_id
    inner join identities on pupils.identity_id = identities.identity_id

    union all

    select
        spells.child_durable_key,
        'family_support' as evidence_code,
        needs.extract_date as evidence_date,
        needs.delivery_id
    from needs
    inner join spells on needs.household_id = spells.household_id
    where spells.child_durable_key is not null

    union all

    -- Support whose first or last day cannot be read may be open.
    select
        people.child_durable_key,
        'family_support' as evidence_code,
        households.extract_date as evidence_date,
        households.delivery_id
    from {{ ref('stg_quarantine__households') }} as households
    inner join people on households.household_id = people.household_id

    union all

    select
        identities.child_durable_key,
        'results' as evidence_code,
        results.assessment_date as evidence_date,
        results.delivery_id
    from {{ ref('stg_quarantine__results') }} as results
    inner join identities on results.upn = identities.upn

    union all

    select
        young_people.child_durable_key,
        quarantined.table_name as evidence_code,
        quarantined.period_end_date as evidence_date,
        quarantined.delivery_id
    from young_people_quarantined as quarantined
    inner join young_people on quarantined.person_id = young_people.person_id

    {% for code, model in [
        ('social_care', 'int_social_care_quarantined'), ('concerns', 'int_concerns_quarantined'),
        ('early_years', 'int_early_years_quarantined'), ('not_in_school', 'int_not_in_school_quarantined'),
    ] %}
        union all

        select
            child_durable_key,
            '{{ code }}' as evidence_code,
            evidence_date,
            delivery_id
        from {{ ref(model) }}
    {% endfor %}
)

select
    evidence.child_durable_key,
    counted_in.measure,
    evidence.evidence_date,
    max(evidence.delivery_id) as delivery_id
from evidence
inner join counted_in on evidence.evidence_code = counted_in.evidence_code
group by evidence.child_durable_key, counted_in.measure, evidence.evidence_date

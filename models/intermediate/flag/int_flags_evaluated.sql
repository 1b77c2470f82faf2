{{ config(meta={
    "read_by": ["what_if"],
    "partition_by": "as_of_date",
    "partition_inputs": [
        "int_populations", "int_flag_rules_on_days", "int_flag_measures", "int_evidence_pending"
    ],
}) }}
{#- Rules on measures: raised, not raised, or not assessable with the reason. Nothing is coalesced to not raised.
    Each day is judged by the rule in force on it, and by today's rule where that is another. -#}
with population as (

    select * from {{ changed_partitions(ref('int_populations'), 'as_of_date') }}

),

ages as (

    select * from {{ flag_rule_ages() }}

),

measures as (

    select * from {{ changed_partitions(ref('int_flag_measures'), 'as_of_date') }}

),

pending as (

    select * from {{ changed_partitions(ref('int_evidence_pending'), 'as_of_date') }}

),

-- rules that are tried stand in no table by day
rules as (

    {% if var('flag_rules') %}
        {{ flag_rules_on_days('(select distinct as_of_date from population)') }}
    {% else %}
        select * from {{ changed_partitions(ref('int_flag_rules_on_days'), 'as_of_date') }}
    {% endif %}

),

answered as (

    select
        population.population_code,
        population.child_durable_key,
        population.as_of_date,
        population.age_years,
        rules.flag_code,
        rules.measure,
        rules.comparator,
        rules.threshold,
        rules.strong_threshold,
        rules.minimum_sessions,
        coalesce(ages.maximum_age_days, rules.maximum_age_days) as maximum_age_days,
        rules.age_from,
        rules.age_to,
        rules.rule_id,
        rules.version as rule_version,
        rules.is_rule_in_force,
        rules.is_todays_rule,
        measures.value,
        measures.sessions,
        measures.unassessable_reason,
        measures.delivery_id,
        measures.covers_from_date,
        measures.covers_to_date,
        {{ days_between('measures.covers_to_date', 'population.as_of_date') }} as age_days
    from population
    inner join rules
        on
            population.as_of_date = rules.as_of_date
            and population.population_code = rules.population_code
    left join measures
        on
            population.child_durable_key = measures.child_durable_key
            and population.as_of_date = measures.as_of_date
            and rules.measure = measures.measure
    left join ages
        on
            rules.rule_id = ages.rule_id
            and rules.version = ages.version
            and measures.evidence_code = ages.evidence_code

),

-- Measures beside which something of the child's is pending that is no older than what was measured, and that could
-- raise the flag. What lies in quarantine could be anything.
incomplete as (

    select
        answered.child_durable_key,
        answered.as_of_date,
        answered.flag_code,
        answered.is_rule_in_force,
        max(pending.reason_code) as reason_code
    from answered
    inner join pending
        on
            answered.child_durable_key = pending.child_durable_key
            and answered.as_of_date = pending.as_of_date
            and answered.measure = pending.measure
            and answered.covers_from_date <= pending.evidence_date
    where coalesce({{ meets_threshold('value + additional_value', 'comparator', 'threshold') }}, true)
    group by answered.child_durable_key, answered.as_of_date, answered.flag_code, answered.is_rule_in_force

),

reasoned as (

    select
        answered.*,
        case
            when answered.rule_id is null then 'no_rule_in_force'
            when answered.age_years not between answered.age_from and answered.age_to then 'not_collected_at_age'
            when answered.unassessable_reason is not null then answered.unassessable_reason
            when answered.sessions < answered.minimum_sessions then 'too_few_sessions'
            when answered.age_days > answered.maximum_age_days then 'data_too_old'
            when answered.value is null then 'no_record_for_child'
            -- What was read is enough to raise the flag, never to say that it is not raised.
            when incomplete.flag_code is not null and not {{ meets_threshold('value', 'comparator', 'threshold') }}
                then incomplete.reason_code
        end as reason_code
    from answered
    left join incomplete
        on
            answered.child_durable_key = incomplete.child_durable_key
            and answered.as_of_date = incomplete.as_of_date
            and answered.flag_code = incomplete.flag_code
            and answered.is_rule_in_force = incomplete.is_rule_in_force

),

evaluated as (

    select
        population_code,
        child_durable_key,
        as_of_date,
        flag_code,
        case
            when reason_code is not null then 'not_assessable'
            when {{ meets_threshold('value', 'comparator', 'threshold') }} then 'raised'
            else 'not_raised'
        end as flag_state,
        reason_code,
        -- What cannot be judged is not shown as if it could.
        case when reason_code is null then value end as value,
        threshold,
        -- not known where the flag is not, unless its rule knows no strong one
        case
            when strong_threshold is null then false
            when reason_code is null then {{ meets_threshold('value', 'comparator', 'strong_threshold') }}
        end as is_strong,
        rule_id,
        rule_version,
        is_rule_in_force,
        is_todays_rule,
        delivery_id,
        covers_from_date,
        covers_to_date,
        cast(age_days as integer) as age_days
    from reasoned

)

select * from evaluated

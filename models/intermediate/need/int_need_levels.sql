{%- set evidence_codes = (flag_codes().split(',') + ['ehc_plan']) | sort -%}
{{ config(meta={
    "partition_by": "as_of_date",
    "partition_inputs": [
        "int_assessment_dates", "int_flags_evaluated", "int_child_population", "int_sen_provisions_on_dates"
    ],
}) }}
{#- The lowest and the highest level of need a child could be estimated at, on the last assessment date of each academic
    year: what could not be assessed counts as not there for the one, as there for the other. -#}
with population as (

    select * from {{ changed_partitions(ref('int_child_population'), 'as_of_date') }}

),

evaluated as (

    select * from {{ changed_partitions(ref('int_flags_evaluated'), 'as_of_date') }}
    where is_rule_in_force and population_code = {{ school_age() }}

),

provisions as (

    select * from {{ changed_partitions(ref('int_sen_provisions_on_dates'), 'as_of_date') }}

),

levels as (

    select * from {{ ref('ref_need_level') }}

),

rules as (

    select * from {{ ref('ref_need_level_rule') }}

),

year_ends as (

    select
        academic_year,
        as_of_date
    from {{ changed_partitions(ref('int_assessment_dates'), 'as_of_date') }}
    where is_last_of_year

),

states as (

    select
        evaluated.child_durable_key,
        evaluated.as_of_date,
        evaluated.flag_code,
        evaluated.flag_state,
        evaluated.is_strong
    from evaluated
    inner join year_ends on evaluated.as_of_date = year_ends.as_of_date

),

sen_states as (

    select
        child_durable_key,
        as_of_date,
        max(case when flag_code = 'sen' then flag_state end) as flag_state
    from states
    group by child_durable_key, as_of_date

),

-- where the SEN flag cannot be assessed or is off, nobody can say that there is no plan either
evidence_states as (

    select
        child_durable_key,
        as_of_date,
        flag_code as evidence_code,
        case when is_strong and flag_state = 'raised' then 'strong' else flag_state end as evidence_state
    from states

    union all

    select
        child_durable_key,
        as_of_date,
        'flags' as evidence_code,
        flag_state as evidence_state
    from states

    union all

    select
        child_durable_key,
        as_of_date,
        'strong' as evidence_code,
        case is_strong when true then 'raised' when false then 'not_raised' else 'not_assessable' end as evidence_state
    from states

    union all

    select
        sen_states.child_durable_key,
        sen_states.as_of_date,
        'ehc_plan' as evidence_code,
        case
            when sen_states.flag_state = 'not_assessable' then 'not_assessable'
            when provisions.provision_group = 'E' then 'raised'
            when sen_states.flag_state is null then 'not_assessable'
            else 'not_raised'
        end as evidence_state
    from sen_states
    left join provisions
        on
            sen_states.child_durable_key = provisions.child_durable_key
            and sen_states.as_of_date = provisions.as_of_date

),

evidence as (

    select
        child_durable_key,
        as_of_date,
        evidence_code,
        count(*) filter (where evidence_state in ('raised', 'strong')) as lowest_count,
        count(*) filter (where evidence_state <> 'not_raised') as highest_count
    from evidence_states
    group by child_durable_key, as_of_date, evidence_code

),

reached as (

    select
        evidence.child_durable_key,
        evidence.as_of_date,
        max(levels.level_order) filter (where evidence.lowest_count >= rules.minimum_count) as lowest_level_order,
        max(levels.level_order) filter (where evidence.highest_count >= rules.minimum_count) as highest_level_order
    from evidence
    inner join rules
        on
            evidence.evidence_code = rules.evidence_code
            and {{ valid_on('evidence.as_of_date', 'rules') }}
    inner join levels on rules.level_code = levels.level_code
    group by evidence.child_durable_key, evidence.as_of_date

),

-- the answers side by side
answers as (

    select
        {% for code in evidence_codes %}
            max(case when evidence_code = '{{ code }}' then evidence_state end) as {{ code }}_state,
        {% endfor %}
        child_durable_key,
        as_of_date
    from evidence_states
    group by child_durable_key, as_of_date

),

-- whom no rule lifts is at the first level
first_level as (

    select min(level_order) as level_order from levels

),

levelled as (

    select
        population.child_durable_key,
        population.as_of_date,
        year_ends.academic_year,
        population.school_id,
        {% for code in evidence_codes %}
            answers.{{ code }}_state,
        {% endfor %}
        coalesce(reached.lowest_level_order, first_level.level_order) as lowest_level_order,
        coalesce(reached.highest_level_order, first_level.level_order) as highest_level_order
    from population
    inner join year_ends on population.as_of_date = year_ends.as_of_date
    cross join first_level
    inner join answers
        on
            population.child_durable_key = answers.child_durable_key
            and population.as_of_date = answers.as_of_date
    left join reached
        on
            population.child_durable_key = reached.child_durable_key
            and population.as_of_date = reached.as_of_date

)

select * from levelled

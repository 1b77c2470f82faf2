{{ config(meta={
    "partition_by": "as_of_date",
    "partition_inputs": ["int_flags_evaluated", "int_populations"],
}) }}
{#- Children counted by the state of each flag, and of any flag, once: what dashboards add up and what is forecast. -#}
with evaluated as (

    select * from {{ changed_partitions(ref('int_flags_evaluated'), 'as_of_date') }}

),

population as (

    select
        population_code,
        child_durable_key,
        as_of_date,
        school_id,
        home_zone_code
    from {{ changed_partitions(ref('int_populations'), 'as_of_date') }}

),

-- nearly every answer is that of the rule in force and of today's; both are counted from the same few sums
sums as (

    select
        evaluated.population_code,
        evaluated.as_of_date,
        population.school_id,
        population.home_zone_code,
        evaluated.flag_code,
        evaluated.rule_id,
        evaluated.rule_version,
        evaluated.is_rule_in_force,
        evaluated.is_todays_rule,
        {{ count_states('evaluated.flag_state') }}
    from evaluated
    inner join population
        on
            evaluated.child_durable_key = population.child_durable_key
            and evaluated.as_of_date = population.as_of_date
            and evaluated.population_code = population.population_code
    group by
        evaluated.population_code, evaluated.as_of_date, population.school_id, population.home_zone_code,
        evaluated.flag_code, evaluated.rule_id, evaluated.rule_version,
        evaluated.is_rule_in_force, evaluated.is_todays_rule

),

-- of pupils, at least one flag raised; not assessable only where none of the flags could be assessed
children as (

    select
        child_durable_key,
        as_of_date,
        {{ any_flag_state('case when is_rule_in_force then flag_state end') }} as state_in_force,
        {{ any_flag_state('case when is_todays_rule then flag_state end') }} as state_by_todays_rule
    from evaluated
    where population_code = {{ school_age() }}
    group by child_durable_key, as_of_date

),

children_at_schools as (

    select
        children.as_of_date,
        population.school_id,
        children.state_in_force,
        children.state_by_todays_rule
    from children
    inner join population
        on
            children.child_durable_key = population.child_durable_key
            and children.as_of_date = population.as_of_date
            and population.population_code = {{ school_age() }}

),

counted as (

    {% for basis, condition, any_state in [
        ('in_force', 'is_rule_in_force', 'state_in_force'),
        ('todays', 'is_todays_rule', 'state_by_todays_rule'),
    ] %}
        select
            '{{ basis }}' as rule_basis,
            population_code,
            as_of_date,
            school_id,
            home_zone_code,
            flag_code,
            rule_id,
            rule_version,
            {{ flag_totals() }}
        from sums
        where {{ condition }}
        group by population_code, as_of_date, school_id, home_zone_code, flag_code, rule_id, rule_version

        union all

        select
            '{{ basis }}' as rule_basis,
            {{ school_age() }} as population_code,
            as_of_date,
            school_id,
            null as home_zone_code,
            'any' as flag_code,
            null as rule_id,
            null as rule_version,
            {{ count_states(any_state) }}
        from children_at_schools
        group by as_of_date, school_id
        {% if not loop.last %}
            union all
        {% endif %}
    {% endfor %}

)

select * from counted

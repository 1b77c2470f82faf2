{{ config(meta={
    "partition_by": "as_of_date",
    "partition_inputs": ["int_flags_evaluated", "int_populations"],
}) }}
with evaluated as (

    select * from {{ changed_partitions(ref('int_flags_evaluated'), 'as_of_date') }}
    where is_rule_in_force

),

population as (

    select * from {{ changed_partitions(ref('int_populations'), 'as_of_date') }}

),

keyed as (

    select
        {{ surrogate_key([
            'evaluated.child_durable_key', 'evaluated.as_of_date', 'evaluated.flag_code'
        ]) }} as flag_assessment_key,
        {% for key in ['child', 'child_durable', 'school', 'school_durable', 'pyramid', 'zone'] %}
            {{ or_unknown('population.' ~ key ~ '_key') }} as {{ key }}_key,
        {% endfor %}
        {{ or_unknown('flags.flag_key') }} as flag_key,
        {{ or_unknown('rules.flag_rule_key') }} as flag_rule_key,
        {{ or_unknown('rules.flag_rule_durable_key') }} as flag_rule_durable_key,
        -- not looked up, or each delivery would open closed dates again; a test finds one that dim_delivery has not
        {{ key_or_unknown('evaluated.delivery_id') }} as delivery_key,
        {{ date_key('evaluated.as_of_date') }} as as_of_date_key,
        {{ date_key('evaluated.covers_from_date') }} as covers_from_date_key,
        {{ date_key('evaluated.covers_to_date') }} as covers_to_date_key,
        evaluated.population_code,
        population.nc_year,
        evaluated.flag_state,
        evaluated.is_strong,
        evaluated.reason_code,
        population.age_years,
        cast(evaluated.value as decimal(18, 6)) as value,
        cast(evaluated.threshold as decimal(18, 6)) as threshold,
        rules.unit,
        cast(evaluated.age_days as integer) as age_days,
        coalesce(population.is_current, false) as is_current,
        evaluated.as_of_date,
        evaluated.covers_from_date,
        evaluated.covers_to_date
    from evaluated
    left join population
        on
            evaluated.child_durable_key = population.child_durable_key
            and evaluated.as_of_date = population.as_of_date
            and evaluated.population_code = population.population_code
    left join {{ ref('dim_flag') }} as flags on evaluated.flag_code = flags.flag_code
    left join {{ ref('dim_flag_rule') }} as rules
        on
            evaluated.rule_id = rules.rule_id
            and evaluated.rule_version = rules.version

)

select * from keyed

{{ config(meta={
    "partition_by": "as_of_date",
    "partition_inputs": ["int_flags_evaluated", "int_child_population"],
}) }}
{#- The flags of a child on a date side by side, and which are raised as one number, by which like is compared with
    like. -#}
{%- set flags = flag_codes().split(',') -%}
with evaluated as (

    select * from {{ changed_partitions(ref('int_flags_evaluated'), 'as_of_date') }}
    where is_rule_in_force and population_code = {{ school_age() }}

),

population as (

    select * from {{ changed_partitions(ref('int_child_population'), 'as_of_date') }}

),

flags as (

    select * from {{ ref('ref_flag') }}

),

states as (

    select
        evaluated.child_durable_key,
        evaluated.as_of_date,
        {% for flag in flags %}
            max(case when evaluated.flag_code = '{{ flag }}' then evaluated.flag_state end) as {{ flag }}_state,
            max(case when evaluated.flag_code = '{{ flag }}' then cast(evaluated.value as decimal(18, 6)) end)
                as {{ flag }}_value,
        {% endfor %}
        coalesce(
            sum(case when evaluated.flag_state = 'raised' then cast(power(2, flags.display_order) as integer) end), 0
        ) as raised_set,
        count(*) filter (where evaluated.flag_state = 'raised') as raised_count
    from evaluated
    inner join flags on evaluated.flag_code = flags.flag_code
    group by evaluated.child_durable_key, evaluated.as_of_date

),

placed as (

    select
        states.child_durable_key,
        states.as_of_date,
        population.nc_year,
        {% for flag in flags %}
            states.{{ flag }}_state,
            states.{{ flag }}_value,
        {% endfor %}
        case when states.raised_count > 0 then 'raised' else 'not_raised' end as any_state,
        cast(states.raised_count as decimal(18, 6)) as any_value,
        cast(states.raised_set as integer) as raised_set
    from states
    left join population
        on
            states.child_durable_key = population.child_durable_key
            and states.as_of_date = population.as_of_date

)

select * from placed

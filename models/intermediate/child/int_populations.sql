{{ config(materialized="view", meta={
    "read_by": ["expectations"],
    "partition_by": "as_of_date",
    "partition_inputs": [
        "int_child_population", "int_early_years_population", "int_not_in_school_population", "int_post16_population"
    ],
}) }}
{#- Everybody of whom a flag is asked on a day, population by population. -#}
with populations as (

    select
        'school_age' as population_code,
        child_durable_key,
        as_of_date,
        is_current,
        school_id,
        cast(null as string) as home_zone_code,
        age_years,
        nc_year,
        child_key,
        school_key,
        school_durable_key,
        pyramid_key,
        zone_key
    from {{ ref('int_child_population') }}

    {% for code, model in [
        ('early_years', 'int_early_years_population'),
        ('not_in_school', 'int_not_in_school_population'),
        ('post16', 'int_post16_population'),
    ] %}
        union all

        select
            '{{ code }}' as population_code,
            child_durable_key,
            as_of_date,
            is_current,
            cast(null as string) as school_id,
            zone_code as home_zone_code,
            age_years,
            cast(null as string) as nc_year,
            child_key,
            {{ unknown_key() }} as school_key,
            {{ unknown_key() }} as school_durable_key,
            {{ unknown_key() }} as pyramid_key,
            zone_key
        from {{ ref(model) }}
    {% endfor %}

)

select * from populations

{#- Every measure of every child on every assessment date, with no idea of thresholds. A new flag is a new
    model in this list. -#}
{%- set measures = [
    'int_flag_measure_absence_rate',
    'int_flag_measure_concerns_in_half_term',
    'int_flag_measure_fsm',
    'int_flag_measure_missing_education',
    'int_flag_measure_neet',
    'int_flag_measure_not_known',
    'int_flag_measure_open_concerns',
    'int_flag_measure_permanent_exclusions',
    'int_flag_measure_presenting_needs',
    'int_flag_measure_sen_support',
    'int_flag_measure_step_down',
    'int_flag_measure_subjects_below_expected',
    'int_flag_measure_suspended_sessions',
    'int_flag_measure_without_offer',
    'int_flag_measures_early_years',
] -%}
{{ config(materialized="view", meta={"partition_by": "as_of_date", "partition_inputs": measures}) }}

with measures as (

    {%- for model in measures %}
        select
            child_durable_key,
            as_of_date,
            measure,
            value,
            sessions,
            unassessable_reason,
            evidence_code,
            covers_from_date,
            covers_to_date,
            delivery_id
        from {{ ref(model) }}
        {%- if not loop.last %}
            union all
        {%- endif %}
    {%- endfor %}

)

select * from measures

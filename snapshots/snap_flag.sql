{% snapshot snap_flag %}
{%- set checked = [
    'flag_state', 'reason_code', 'value', 'threshold', 'flag_rule_key', 'delivery_key', 'covers_from_date',
    'covers_to_date', 'nc_year', 'school_durable_key', 'pyramid_key', 'zone_key',
] -%}
{%- set columns = ['child_durable_key', 'flag_key', 'academic_year', 'half_term', 'flag_rule_durable_key'] + checked -%}
{{ config(
    unique_key=['child_durable_key', 'flag_key', 'academic_year', 'half_term'],
    check_cols=checked,
    meta={
        "partition_by": "as_of_date",
        "partition_inputs": ["fct_flag_assessment", "int_assessment_dates"],
        "partition_statements": {
            "columns": ["academic_year", "half_term"], "of": "int_assessment_dates", "where": "is_half_term"
        },
    },
) }}

{%- set query %}
    select
        assessments.{{ columns | reject('in', ['academic_year', 'half_term']) | join(', assessments.') }},
        dates.academic_year,
        dates.half_term
    from {{ changed_partitions(ref('fct_flag_assessment'), 'as_of_date') }} as assessments
    inner join {{ changed_partitions(ref('int_assessment_dates'), 'as_of_date') }} as dates
        on assessments.as_of_date = dates.as_of_date
    where dates.is_half_term
{%- endset %}

{{ snapshot_rows(query, columns) }}
{% endsnapshot %}

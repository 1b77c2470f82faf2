{% snapshot snap_flag %}
{%- set checked = [
    'flag_state', 'reason_code', 'value', 'threshold', 'flag_rule_key', 'delivery_key', 'covers_from_date',
    'covers_to_date', 'nc_year', 'school_durable_key', 'pyramid_key', 'zone_key',
] -%}
{%- set columns = ['child_durable_key', 'flag_key', 'academic_year', 'half_term', 'flag_rule_durable_key'] + checked -%}
{{ config(unique_key=['child_durable_key', 'flag_key', 'academic_year', 'half_term'], check_cols=checked) }}

{%- set query %}
    select
        assessments.{{ columns | reject('in', ['academic_year', 'half_term']) | join(', assessments.') }},
        dates.academic_year,
        dates.half_term
    from {{ ref('fct_flag_assessment') }} as assessments
    inner join {{ ref('dim_date') }} as dates on assessments.as_of_date_key = dates.date_key
    where dates.is_assessment_date
{%- endset %}

{{ snapshot_rows(query, columns) }}
{% endsnapshot %}

{% snapshot snap_child %}
{%- set checked = ['sex', 'birth_month', 'nc_year', 'ethnicity_group', 'area_key', 'school_durable_key'] -%}
{{ config(unique_key='child_durable_key', check_cols=checked) }}

{%- set query %}
    select
        children.child_durable_key,
        children.sex,
        children.birth_month,
        children.nc_year,
        children.ethnicity_group,
        children.area_key,
        schools.school_durable_key
    from {{ ref('dim_child') }} as children
    left join (
        select
            child_durable_key,
            {{ latest('school_durable_key', "concat_ws('|', valid_from_date, school_durable_key)") }} as school_durable_key
        from {{ ref('fct_enrolment') }}
        where is_main and is_current
        group by child_durable_key
    ) as schools on children.child_durable_key = schools.child_durable_key
    where children.is_current and children.child_key <> {{ unknown_key() }}
{%- endset %}

{{ snapshot_rows(query, ['child_durable_key'] + checked) }}
{% endsnapshot %}

{% snapshot snap_school %}
{%- set checked = [
    'school_durable_key', 'school_name', 'phase_name', 'pyramid_code', 'pyramid_name', 'zone_code', 'zone_name',
    'open_date', 'close_date',
] -%}
{{ config(unique_key='school_id', check_cols=checked) }}

{%- set query %}
    select
        schools.school_id,
        schools.school_durable_key,
        schools.school_name,
        schools.phase_name,
        pyramids.pyramid_code,
        pyramids.pyramid_name,
        zones.zone_code,
        zones.zone_name,
        schools.open_date,
        schools.close_date
    from {{ ref('dim_school') }} as schools
    left join {{ ref('dim_pyramid') }} as pyramids on schools.pyramid_key = pyramids.pyramid_key
    left join {{ ref('dim_zone') }} as zones on schools.zone_key = zones.zone_key
    where {{ valid_on(as_of_date(), 'schools') }} and schools.school_key <> {{ unknown_key() }}
{%- endset %}

{{ snapshot_rows(query, ['school_id'] + checked) }}
{% endsnapshot %}

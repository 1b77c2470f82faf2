{#- Knowledge time: what a release said, and when it said it. -#}

{#- Where a statement that still stands ends: end_of_time as a moment. -#}
{% macro end_of_time_at() -%}
    cast('9999-12-31' as timestamp)
{%- endmacro %}


{#- What a snapshot compares with what it holds. A build that looks back leaves its snapshots as they are; the pipeline, whose SQL is for every day, leaves them out. -#}
{% macro snapshot_rows(query, columns) -%}
    {% if var('is_look_back') and not var('for_every_day') %}
        select {{ columns | join(', ') }}
        from {{ this }}
        where said_to_at = {{ end_of_time_at() }}
    {% else %}
        {{ query }}
    {% endif %}
{%- endmacro %}


{#- dbt asks this for the time at which a vanished row stopped being said; the wall clock has no say in it. -#}
{% macro duckdb__snapshot_get_time() -%}
    {{ said_at() }}
{%- endmacro %}

{#- Knowledge time: what a release said, and when it said it. -#}

{#- The end of a statement that still stands. -#}
{% macro still_said() -%}
    cast('9999-12-31' as timestamp)
{%- endmacro %}


{#- A build that looks back leaves its snapshots as they are; the pipeline, whose SQL is for every day, leaves them out. -#}
{% macro unless_looking_back(query, columns) -%}
    {% if var('is_look_back') and not var('for_every_day') %}
        select {{ columns | join(', ') }}
        from {{ this }}
        where said_to_at = {{ still_said() }}
    {% else %}
        {{ query }}
    {% endif %}
{%- endmacro %}


{#- dbt asks this for the time at which a vanished row stopped being said; the wall clock has no say in it. -#}
{% macro duckdb__snapshot_get_time() -%}
    {{ said_at() }}
{%- endmacro %}

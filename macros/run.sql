{#- What a run is about: the day it is made for, the moment it speaks at, whether it only looks back.

    The pipeline has the SQL compiled once for every day, and sets the three in DuckDB's session; dbt run by hand and
    unit tests state them as variables. -#}

{% macro as_of_date() -%}
    {%- if var('for_every_day') -%}
        cast(getvariable('as_of_date') as date)
    {%- else -%}
        cast('{{ var("as_of_date") }}' as date)
    {%- endif -%}
{%- endmacro %}


{#- The moment the release that is being built speaks at: its as-of date and the time of day it is made. -#}
{% macro said_at() -%}
    {%- if var('for_every_day') -%}
        cast(getvariable('said_at') as timestamp)
    {%- else -%}
        cast('{{ var("said_at") or var("as_of_date") }}' as timestamp)
    {%- endif -%}
{%- endmacro %}


{#- A build for a day before the last one spoken of looks back and says nothing new. -#}
{% macro is_look_back() -%}
    {%- if var('for_every_day') -%}
        cast(getvariable('is_look_back') as boolean)
    {%- else -%}
        {{ var('is_look_back') }}
    {%- endif -%}
{%- endmacro %}


{#- The rows of a partition input that are to be read: of the partitions that would come out otherwise, which the pipeline names in its session (orchestration/build/partitions.py); by hand all. -#}
{% macro changed_partitions(input, column) -%}
    {%- if var('for_every_day') -%}
        (select * from {{ input }} where {{ column }} in (from changed_partition))
    {%- else -%}
        {{ input }}
    {%- endif -%}
{%- endmacro %}


{#- Forgets what the tables of the build were made of (orchestration/build/state.py), where dbt is about to write some. -#}
{% macro forget_node_states() -%}
    {%- if execute and target.type == 'duckdb' and flags.WHICH in ('build', 'run', 'seed', 'snapshot') -%}
        {%- set noted = adapter.get_relation(target.database, 'ops', 'node_state') -%}
        {%- if noted is not none -%}
            delete from {{ noted }}
        {%- endif -%}
    {%- endif -%}
{%- endmacro %}


{#- A table that keeps its rows, where rows of a key can be replaced; Spark's Parquet cannot, and is written anew. -#}
{% macro kept_where_rows_can_be_replaced() -%}
    {{ return(adapter.dispatch('kept_where_rows_can_be_replaced')()) }}
{%- endmacro %}

{% macro default__kept_where_rows_can_be_replaced() -%}
    {{ return('incremental') }}
{%- endmacro %}

{% macro spark__kept_where_rows_can_be_replaced() -%}
    {{ return('table') }}
{%- endmacro %}

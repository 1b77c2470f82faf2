{#- What dbt itself does on Spark, otherwise. -#}

{#- Seeds: dbt puts their values in as they are, and a text with an apostrophe ends there. -#}
{% macro spark__load_csv_rows(model, agate_table) -%}
    {%- set types = model['config']['column_types'] -%}
    {%- set sql -%}
        insert into {{ this.render() }} values
        {%- for row in agate_table.rows %}
            (
            {%- for name in agate_table.column_names -%}
                {{ spark_literal(row[name], types[name]) }}{{ ', ' if not loop.last }}
            {%- endfor -%}
            ){{ ',' if not loop.last }}
        {%- endfor -%}
    {%- endset -%}
    {%- if agate_table.rows | length > 0 -%}
        {%- do adapter.add_query(sql, abridge_sql_log=True) -%}
    {%- endif -%}
    {{ return(sql) }}
{%- endmacro %}


{#- Parquet holds no column to `not null`: the data tests do. -#}
{% macro spark__persist_constraints(relation, model) -%}
{%- endmacro %}


{% macro spark_literal(value, type) -%}
    {%- if value is none -%}
        cast(null as {{ type }})
    {%- else -%}
        cast('{{ value | string | replace("\\", "\\\\") | replace("'", "\\'") }}' as {{ type }})
    {%- endif -%}
{%- endmacro %}

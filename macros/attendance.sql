{#- Counting the two sessions of a day. -#}

{#- How many of the day's two sessions have a category, or one of several. -#}
{% macro sessions_of(categories) -%}
    cast(
        case when coalesce(mornings.category in ('{{ categories | join("', '") }}'), false) then 1 else 0 end
        + case when coalesce(afternoons.category in ('{{ categories | join("', '") }}'), false) then 1 else 0 end
        as integer
    )
{%- endmacro %}


{% macro rows_checksum(columns) -%}
    {{ return(adapter.dispatch('rows_checksum')(columns)) }}
{%- endmacro %}

{#- One number for the content of a group of rows, whatever their order. -#}
{% macro default__rows_checksum(columns) -%}
    sum(cast(hash({{ columns | join(', ') }}) as hugeint))
{%- endmacro %}

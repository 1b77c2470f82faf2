{#- What is said of a group of rows where the engines differ. What is missing is passed over by all of them. -#}

{#- The value of the row that is the last by an order. -#}
{% macro latest(value, by) -%}
    {{ return(adapter.dispatch('latest')(value, by)) }}
{%- endmacro %}

{% macro default__latest(value, by) -%}
    max_by({{ value }}, {{ by }})
{%- endmacro %}

{#- Spark would answer with a missing value, where the last row has none. -#}
{% macro spark__latest(value, by) -%}
    max_by({{ value }}, case when {{ value }} is not null then {{ by }} end)
{%- endmacro %}


{#- The value of the row that is the first by an order. -#}
{% macro earliest(value, by) -%}
    {{ return(adapter.dispatch('earliest')(value, by)) }}
{%- endmacro %}

{% macro default__earliest(value, by) -%}
    min_by({{ value }}, {{ by }})
{%- endmacro %}

{% macro spark__earliest(value, by) -%}
    min_by({{ value }}, case when {{ value }} is not null then {{ by }} end)
{%- endmacro %}


{#- One of the values, where all rows have the same. -#}
{% macro any_known(value) -%}
    {{ return(adapter.dispatch('any_known')(value)) }}
{%- endmacro %}

{% macro default__any_known(value) -%}
    any_value({{ value }})
{%- endmacro %}

{% macro spark__any_known(value) -%}
    any_value({{ value }}, true)
{%- endmacro %}


{#- The last value before or in this row of a window; `over` stands behind it. -#}
{% macro last_known(value) -%}
    {{ return(adapter.dispatch('last_known')(value)) }}
{%- endmacro %}

{% macro default__last_known(value) -%}
    last_value({{ value }} ignore nulls)
{%- endmacro %}

{% macro spark__last_known(value) -%}
    last_value({{ value }}) ignore nulls
{%- endmacro %}


{#- The values as one text, in an order that no two rows share; a `filter` may stand behind it. -#}
{% macro joined_in_order(value, separator, by) -%}
    {{ return(adapter.dispatch('joined_in_order')(value, separator, by)) }}
{%- endmacro %}

{% macro default__joined_in_order(value, separator, by) -%}
    string_agg({{ value }}, {{ separator }} order by {{ by }})
{%- endmacro %}

{% macro spark__joined_in_order(value, separator, by) -%}
    listagg({{ value }}, {{ separator }}) within group (order by {{ by }})
{%- endmacro %}


{#- The values as one text, each once and in their own order. -#}
{% macro joined_once(value, separator) -%}
    {{ return(adapter.dispatch('joined_once')(value, separator)) }}
{%- endmacro %}

{% macro default__joined_once(value, separator) -%}
    string_agg(distinct {{ value }}, {{ separator }} order by {{ value }})
{%- endmacro %}

{% macro spark__joined_once(value, separator) -%}
    listagg(distinct {{ value }}, {{ separator }}) within group (order by {{ value }})
{%- endmacro %}


{#- The values as a list, each once and in their own order; null where there is none. -#}
{% macro distinct_in_order(value) -%}
    {{ return(adapter.dispatch('distinct_in_order')(value)) }}
{%- endmacro %}

{% macro default__distinct_in_order(value) -%}
    array_agg(distinct {{ value }} order by {{ value }}) filter (where {{ value }} is not null)
{%- endmacro %}

{#- Spark would answer with an empty list. -#}
{% macro spark__distinct_in_order(value) -%}
    case when count({{ value }}) > 0 then array_sort(array_agg(distinct {{ value }})) end
{%- endmacro %}


{#- The values as a list in an order; here what is missing has its place. -#}
{% macro list_in_order(value, by) -%}
    {{ return(adapter.dispatch('list_in_order')(value, by)) }}
{%- endmacro %}

{% macro default__list_in_order(value, by) -%}
    list({{ value }} order by {{ by }})
{%- endmacro %}

{#- Spark's array_agg passes over what is missing, but not over a pair of which a half is. -#}
{% macro spark__list_in_order(value, by) -%}
    transform(array_sort(array_agg(struct({{ by }} as place, {{ value }} as value))), pair -> pair.value)
{%- endmacro %}

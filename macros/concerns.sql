{#- How categories of safeguarding concerns are compared. -#}

{% macro concern_category_form(value) -%}
    {{ return(adapter.dispatch('concern_category_form')(value)) }}
{%- endmacro %}

{#- Letters and digits alone: Self-harm, self harm and SELF HARM are one. The gate has the same in expectations/metrics/concerns.py. -#}
{% macro default__concern_category_form(value) -%}
    nullif(regexp_replace(lower({{ value }}), '[^a-z0-9]+', '', 'g'), '')
{%- endmacro %}


{#- The pseudonym of a concern: a school's reference may be written on a child's file. -#}
{% macro concern_key(concern_id) -%}
    {{ pseudonym("'concern:' || " ~ concern_id ~ "") }}
{%- endmacro %}

{#- One form for each kind of text. An empty text is a missing value. -#}

{% macro clean_text(value) -%}
    nullif(trim({{ value }}), '')
{%- endmacro %}


{% macro clean_code(value) -%}
    nullif(upper(trim({{ value }})), '')
{%- endmacro %}


{% macro clean_upn(value) -%}
    nullif(upper(replace({{ value }}, ' ', '')), '')
{%- endmacro %}


{#- Synergy writes 838/4001 where the others write 8384001. -#}
{% macro clean_school_id(value) -%}
    nullif(replace(replace(trim({{ value }}), '/', ''), ' ', ''), '')
{%- endmacro %}


{% macro clean_name(value) -%}
    {{ return(adapter.dispatch('clean_name')(value)) }}
{%- endmacro %}

{#- Letters and digits alone are compared: O'Neill, O’NEILL and Oneill are one name. -#}
{% macro default__clean_name(value) -%}
    nullif(regexp_replace(upper(strip_accents({{ value }})), '[^\p{L}\p{N}]', '', 'g'), '')
{%- endmacro %}


{% macro clean_postcode(value) -%}
    {{ return(adapter.dispatch('clean_postcode')(value)) }}
{%- endmacro %}

{#- Capitals, one space before the last three characters. -#}
{% macro default__clean_postcode(value) -%}
    nullif(regexp_replace(regexp_replace(upper({{ value }}), '[^A-Z0-9]', '', 'g'), '^(.+)(...)$', '\1 \2'), '')
{%- endmacro %}

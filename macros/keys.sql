{#- Keys of rows and of people. -#}

{% macro surrogate_key(columns) -%}
    md5(concat_ws('|'
    {%- for column in columns %}, coalesce(cast({{ column }} as string), '~'){% endfor -%}
    ))
{%- endmacro %}


{% macro unknown_key() -%}
    'unknown'
{%- endmacro %}


{% macro pseudonym(value) -%}
    {{ return(adapter.dispatch('pseudonym')(value)) }}
{%- endmacro %}

{#- The key is a session variable: it stands in no compiled SQL. Without it the build stops, it never hashes
    without a key. The cast matters: an error without a type is folded into a missing value, and nothing stops. -#}
{% macro default__pseudonym(value) -%}
    {%- set key -%}
    coalesce(
        cast(getvariable('earlyhelp_key') as string),
        cast(error('The pseudonym key is not set: build with earlyhelp, or set EARLYHELP_KEY.') as string)
    )
    {%- endset -%}
    substr(sha256({{ key }} || sha256({{ key }} || {{ value }})), 1, 32)
{%- endmacro %}

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

{#- Spark lays a variable's value into its plan: here the key is the one row of a table that stands in the session alone.
    Without it the build stops. -#}
{% macro spark__pseudonym(value) -%}
    {%- set key = '(select secret.key from global_temp.pseudonym_key as secret)' -%}
    substr(sha2({{ key }} || sha2({{ key }} || {{ value }}, 256), 256), 1, 32)
{%- endmacro %}

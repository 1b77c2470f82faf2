{#- From text as delivered to a type. What cannot be read is null here: the contract has already quarantined
    such rows. -#}

{% macro parse_date(value) -%}
    {{ return(adapter.dispatch('parse_date')(value)) }}
{%- endmacro %}

{#- Accepted forms stand once, in the variable date_formats, which the contracts read too. -#}
{% macro default__parse_date(value) -%}
    cast(try_strptime(trim({{ value }}), ['{{ var("date_formats") | join("', '") }}']) as date)
{%- endmacro %}

{% macro spark__parse_date(value) -%}
    cast({{ spark__parse_timestamp(value) }} as date)
{%- endmacro %}


{% macro parse_timestamp(value) -%}
    {{ return(adapter.dispatch('parse_timestamp')(value)) }}
{%- endmacro %}

{#- The same forms, with the time of day where one is written. -#}
{% macro default__parse_timestamp(value) -%}
    cast(try_strptime(trim({{ value }}), ['{{ var("date_formats") | join("', '") }}']) as timestamp)
{%- endmacro %}

{#- Spark takes one form at a time, and writes them otherwise. -#}
{% macro spark__parse_timestamp(value) -%}
    coalesce(
    {%- for form in var('date_formats') %}
        try_to_timestamp(trim({{ value }}), "{{ java_date_format(form) }}"){{ ',' if not loop.last }}
    {%- endfor %}
    )
{%- endmacro %}

{#- A form of date_formats as Java writes it: one letter where a digit may be left out, as DuckDB reads it. -#}
{% macro java_date_format(form) -%}
    {%- set letters = {
        '%Y': 'yyyy', '%m': 'M', '%d': 'd', '%b': 'MMM', '%H': 'H', '%M': 'm', '%S': 's', '%f': '[SSSSSS][SSS]', 'T': "'T'",
    } -%}
    {%- set java = namespace(form=form) -%}
    {%- for ours, theirs in letters.items() -%}
        {%- set java.form = java.form | replace(ours, theirs) -%}
    {%- endfor -%}
    {{ return(java.form) }}
{%- endmacro %}


{% macro parse_number(value) -%}
    {{ return(adapter.dispatch('parse_number')(value)) }}
{%- endmacro %}

{% macro default__parse_number(value) -%}
    try_cast(trim({{ value }}) as decimal(18, 4))
{%- endmacro %}


{#- Counts arrive as 132 or 132.0. -#}
{% macro parse_count(value) -%}
    cast({{ parse_number(value) }} as integer)
{%- endmacro %}


{% macro parse_boolean(value) -%}
    case
        when lower(trim({{ value }})) in ('true', 't', 'yes', 'y', '1') then true
        when lower(trim({{ value }})) in ('false', 'f', 'no', 'n', '0') then false
    end
{%- endmacro %}

{#- From text as delivered to a type. What cannot be read is null here: the contract has already quarantined
    such rows. -#}

{% macro parse_date(value) -%}
    {{ return(adapter.dispatch('parse_date')(value)) }}
{%- endmacro %}

{#- Accepted forms stand once, in the variable date_formats, which the contracts read too. -#}
{% macro default__parse_date(value) -%}
    cast(try_strptime(trim({{ value }}), ['{{ var("date_formats") | join("', '") }}']) as date)
{%- endmacro %}


{% macro parse_timestamp(value) -%}
    {{ return(adapter.dispatch('parse_timestamp')(value)) }}
{%- endmacro %}

{#- The same forms, with the time of day where one is written. -#}
{% macro default__parse_timestamp(value) -%}
    cast(try_strptime(trim({{ value }}), ['{{ var("date_formats") | join("', '") }}']) as timestamp)
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

{#- What a rule's row says, as SQL. -#}

{#- The rules that judge: those of ref_flag_rule, or a table in its form of others that are tried. -#}
{% macro flag_rules() -%}
    {{ var('flag_rules') or ref('ref_flag_rule') }}
{%- endmacro %}



{% macro meets_threshold(value, comparator, threshold) -%}
    case {{ comparator }}
        when '>=' then {{ value }} >= {{ threshold }}
        when '>' then {{ value }} > {{ threshold }}
        when '<=' then {{ value }} <= {{ threshold }}
        when '<' then {{ value }} < {{ threshold }}
        when '=' then {{ value }} = {{ threshold }}
    end
{%- endmacro %}


{#- A share truncated, never rounded up, to six decimals: 9.99999 % does not become the 10 % that raises a
    flag. -#}
{% macro share(part, whole) -%}
    cast(floor({{ part }} * 1000000.0 / nullif({{ whole }}, 0)) / 1000000 as decimal(18, 6))
{%- endmacro %}

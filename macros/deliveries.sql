{#- Which delivered rows count. -#}

{#- A condition for `where`: the row comes from the newest accepted delivery of its table, period and scope.
    -#}
{% macro in_force(source_name, table_name) -%}
    _delivery_id in (
        select in_force.delivery_id
        from {{ source('ops', 'delivery_in_force') }} as in_force
        where in_force.table_name = '{{ source_name }}__{{ table_name }}'
    )
{%- endmacro %}


{#- A condition for `where`: the row comes from an accepted delivery, even if a newer one is in force. -#}
{% macro accepted(source_name, table_name) -%}
    _delivery_id in (
        select accepted.delivery_id
        from {{ source('ops', 'delivery') }} as accepted
        where accepted.source = '{{ source_name }}' and accepted.status in ('accepted', 'accepted_with_warnings')
    )
{%- endmacro %}


{#- Whether a quarantined row is lost: it broke its contract otherwise than by being there twice. -#}
{% macro is_lost(reasons) -%}
    {{ return(adapter.dispatch('is_lost')(reasons)) }}
{%- endmacro %}

{% macro default__is_lost(reasons) -%}
    len(list_filter({{ reasons }}, lambda reason: not contains(reason, ':duplicate_key'))) > 0
{%- endmacro %}

{% macro spark__is_lost(reasons) -%}
    size(filter({{ reasons }}, reason -> not contains(reason, ':duplicate_key'))) > 0
{%- endmacro %}

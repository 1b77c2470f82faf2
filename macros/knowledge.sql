{#- Knowledge time: what a release said, and when it said it. -#}

{#- The moment the release that is being built speaks at: its as-of date and the time of day it is made. -#}
{% macro said_at() -%}
    cast('{{ var("said_at") or var("as_of_date") }}' as timestamp)
{%- endmacro %}


{#- The end of a statement that still stands. -#}
{% macro still_said() -%}
    cast('9999-12-31' as timestamp)
{%- endmacro %}


{#- A build for a day before the last one spoken of looks back and says nothing new: its snapshots stay as they are. -#}
{% macro unless_looking_back(query, columns) -%}
    {% if var('is_look_back') %}
        select {{ columns | join(', ') }}
        from {{ this }}
        where said_to_at = {{ still_said() }}
    {% else %}
        {{ query }}
    {% endif %}
{%- endmacro %}


{#- dbt asks this for the time at which a vanished row stopped being said; the wall clock has no say in it. -#}
{% macro duckdb__snapshot_get_time() -%}
    {{ said_at() }}
{%- endmacro %}

{#- By what a person of a notification is known: kind, reference and number in it; who has no number is the first.
    Erasure finds the row by the same: orchestration/rights/identifiers.py. -#}
{% macro police_person_id(relation) -%}
    lower({{ clean_text(relation ~ '.kind_code') }}) || '/' || {{ clean_text(relation ~ '.notification_ref') }}
        || '/' || coalesce({{ clean_text(relation ~ '.person_number') }}, '1')
{%- endmacro %}

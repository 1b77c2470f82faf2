{#- The pseudonym of a child of the list of children not in school, who need be no child of the county's schools. -#}
{% macro not_in_school_key(person_id) -%}
    {{ pseudonym("'not in school:' || " ~ person_id ~ "") }}
{%- endmacro %}

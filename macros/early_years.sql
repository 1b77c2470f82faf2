{#- By what a child is known that settings return: a keyed hash of name, birth date and postcode, for they give no
    number that lasts. Erasure finds the row by the same: orchestration/rights/identifiers.py. -#}
{% macro early_years_person_id(relation) -%}
    {{ pseudonym(
        "'early_years|' || coalesce(" ~ clean_name(relation ~ '.forename') ~ ", '?') || '|' || coalesce("
        ~ clean_name(relation ~ '.surname') ~ ", '?') || '|' || coalesce(cast(" ~ parse_date(relation ~ '.birth_date')
        ~ " as string), '?') || '|' || coalesce(" ~ clean_postcode(relation ~ '.postcode') ~ ", '?')"
    ) }}
{%- endmacro %}

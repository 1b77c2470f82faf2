{#- Comparing people who have no UPN with children who have. -#}

{% macro people_without_upn() -%}
    {{ return(adapter.dispatch('people_without_upn')()) }}
{%- endmacro %}

{#- Everyone of the sources that linkage_sources of dbt_project.yml lists, one below the other. -#}
{% macro default__people_without_upn() -%}
    (
    {%- for entry in var('linkage_sources') %}
        select
            '{{ entry.source }}' as source,
            person_id,
            household_id,
            surname,
            forename,
            sex,
            address_line,
            postcode,
            birth_date,
            known_from_date,
            known_to_date,
            delivery_id,
            extract_date
        from {{ ref(entry.people) }}
        {%- if not loop.last %} union all{% endif %}
    {%- endfor %}
    )
{%- endmacro %}


{#- What is compared, in one hash: two records of one content have one score, and a record whose content is as
    it was need not be scored again. -#}
{% macro linkage_content_id() -%}
    md5(concat_ws(
        '|',
        coalesce(forename_compared, '~'),
        coalesce(cast(forename_forms as string), '~'),
        coalesce(surname_compared, '~'),
        coalesce(cast(surname_parts as string), '~'),
        coalesce(cast(birth_date as string), '~'),
        coalesce(sex, '~'),
        coalesce(postcode, '~'),
        coalesce(address_compared, '~'),
        coalesce(cast(array_sort(companions) as string), '~'),
        cast(known_from_date as string),
        cast(known_to_date as string)
    ))
{%- endmacro %}


{#- What a candidate carries, whoever decided on it. -#}
{% macro candidate_columns() -%}
    source,
        person_id,
        household_id,
        child_durable_key,
        person_content_id,
        child_content_id,
        match_weight,
        link_probability,
        forename_level,
        surname_level,
        birth_date_level,
        sex_level,
        address_level,
        companions_level,
        delivery_id,
        extract_date
{%- endmacro %}

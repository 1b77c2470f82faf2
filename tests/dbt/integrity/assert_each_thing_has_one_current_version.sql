-- What: every durable key of child, school and household has exactly one current version.
-- When it matters: always. A report that joins the current version would double or lose rows.
-- How to resolve: two current versions of a school are two schools of one chain of successors: see
-- int_school_establishments for the chain and int_school_mergers for what became of it.
{% for thing in ['child', 'school', 'household'] %}
    select
        '{{ thing }}' as thing,
        {{ thing }}_durable_key as durable_key,
        count(*) filter (where is_current) as current_versions_count
    from {{ ref('dim_' ~ thing) }}
    group by {{ thing }}_durable_key
    having count(*) filter (where is_current) <> 1
    {% if not loop.last %}
        union all
    {% endif %}
{% endfor %}

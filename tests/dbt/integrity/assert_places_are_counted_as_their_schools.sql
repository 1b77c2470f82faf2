-- What: what fct_flag_place counts of a place is the sum of fct_flag_summary over its schools, on the map of the date
-- and on today's.
-- When it matters: always. A place that loses a school's children, or counts them twice, is shown wrongly everywhere.
-- How to resolve: compare the schools of fct_flag_summary with the place, flag and date below; the two are counted from
-- int_flags_counted on separate ways, so look for the join that lost or doubled a school, in
-- int_flags_counted_by_place or dim_place.
with summary as (

    select
        summary.*,
        'county' as county_key,
        schools.todays_pyramid_key,
        schools.todays_zone_key
    from {{ ref('fct_flag_summary') }} as summary
    inner join {{ ref('dim_school') }} as schools on summary.school_key = schools.school_key
    inner join {{ ref('dim_date') }} as dates
        on
            summary.as_of_date = dates.calendar_date
            and dates.is_assessment_date

),

summed as (

    {% for place_type, key, todays_key in [
        ('county', 'county_key', 'county_key'), ('zone', 'zone_key', 'todays_zone_key'),
        ('pyramid', 'pyramid_key', 'todays_pyramid_key'), ('school', 'school_durable_key', 'school_durable_key'),
    ] %}
        {% for map_of, map_key in [('the date', key), ('the as-of date', todays_key)] %}
            select
                '{{ place_type }}' as place_type,
                {{ map_key }} as key_of_kind,
                '{{ map_of }}' as map_of,
                flag_key,
                rule_basis,
                as_of_date,
                {{ flag_totals() }}
            from summary
            group by all
            {% if not loop.last %}
                union all
            {% endif %}
        {% endfor %}
        {% if not loop.last %}
            union all
        {% endif %}
    {% endfor %}

),

counts as (

    select
        counts.*,
        places.place_type,
        coalesce(places.school_durable_key, places.pyramid_key, places.zone_key, places.place_key) as key_of_kind
    from {{ ref('fct_flag_place') }} as counts
    inner join {{ ref('dim_place') }} as places on counts.place_key = places.place_key
    inner join {{ ref('dim_flag') }} as flags on counts.flag_key = flags.flag_key
    where flags.population_code = {{ school_age() }}

),

shown as (

    select
        place_type,
        key_of_kind,
        'the date' as map_of,
        flag_key,
        rule_basis,
        as_of_date,
        children_count,
        assessable_count,
        raised_count,
        not_assessable_count
    from counts
    where children_count > 0

    union all

    select
        place_type,
        key_of_kind,
        'the as-of date' as map_of,
        flag_key,
        rule_basis,
        as_of_date,
        todays_map_children_count as children_count,
        todays_map_assessable_count as assessable_count,
        todays_map_raised_count as raised_count,
        todays_map_not_assessable_count as not_assessable_count
    from counts
    where todays_map_children_count > 0

)

select
    coalesce(shown.place_type, summed.place_type) as place_type,
    coalesce(shown.key_of_kind, summed.key_of_kind) as key_of_kind,
    coalesce(shown.map_of, summed.map_of) as map_of,
    coalesce(shown.flag_key, summed.flag_key) as flag_key,
    coalesce(shown.rule_basis, summed.rule_basis) as rule_basis,
    coalesce(shown.as_of_date, summed.as_of_date) as as_of_date,
    shown.children_count,
    summed.children_count as schools_children_count
from shown
full outer join summed
    on
        shown.place_type = summed.place_type
        and shown.key_of_kind = summed.key_of_kind
        and shown.map_of = summed.map_of
        and shown.flag_key = summed.flag_key
        and shown.rule_basis = summed.rule_basis
        and shown.as_of_date = summed.as_of_date
where
    shown.children_count is distinct from summed.children_count
    or shown.assessable_count is distinct from summed.assessable_count
    or shown.raised_count is distinct from summed.raised_count
    or shown.not_assessable_count is distinct from summed.not_assessable_count

{#- The same counts for every place, half term by half term: where the children's schools lay on the date, and where
    they lie on today's map. What is shown of a place and what is forecast of it begin here. -#}
with counts as (

    select * from {{ ref('int_flags_counted') }}

),

half_terms as (

    select as_of_date from {{ ref('int_assessment_dates') }}
    where is_half_term

),

schools as (

    select * from {{ ref('int_school_versions') }}

),

-- a school and its successor are one; on a date it goes by the one that opened last of those where children are
placed as (

    select
        counts.population_code,
        counts.flag_code,
        counts.rule_basis,
        counts.as_of_date,
        counts.children_count,
        counts.assessable_count,
        counts.raised_count,
        counts.not_assessable_count,
        'county' as county_code,
        coalesce(counts.home_zone_code, schools.zone_code, {{ unknown_key() }}) as zone_code,
        coalesce(counts.home_zone_code, schools.todays_zone_code, {{ unknown_key() }}) as todays_zone_code,
        coalesce(schools.pyramid_code, {{ unknown_key() }}) as pyramid_code,
        coalesce(schools.todays_pyramid_code, {{ unknown_key() }}) as todays_pyramid_code,
        coalesce(
            first_value(schools.school_id) over (
                partition by schools.school_durable_id, counts.as_of_date
                order by schools.open_date desc nulls last, schools.school_id desc
            ),
            {{ unknown_key() }}
        ) as school_code
    from counts
    inner join half_terms on counts.as_of_date = half_terms.as_of_date
    left join schools
        on
            counts.school_id = schools.school_id
            and {{ valid_on('counts.as_of_date', 'schools') }}

),

-- The map moves no school and no county. Who is at no school is of a zone and the county.
totals as (

    {% for place_type, todays_code in [
        ('county', 'county_code'), ('zone', 'todays_zone_code'), ('pyramid', 'todays_pyramid_code'),
        ('school', 'school_code'),
    ] %}
        {% for map_date, place_code in [('then', place_type ~ '_code'), ('todays', todays_code)] %}
            select
                '{{ place_type }}' as place_type,
                {{ place_code }} as place_code,
                flag_code,
                rule_basis,
                as_of_date,
                '{{ map_date }}' as map_date,
                {{ flag_totals() }}
            from placed
            {% if place_type in ('pyramid', 'school') %}
                where population_code = {{ school_age() }}
            {% endif %}
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

counted as (

    select
        place_type,
        place_code,
        flag_code,
        rule_basis,
        {% for map_date, prefix in [('then', ''), ('todays', 'todays_map_')] %}
            {% for measure in ['children_count', 'assessable_count', 'raised_count', 'not_assessable_count'] %}
                coalesce(
                    max({{ measure }}) filter (where map_date = '{{ map_date }}'), 0
                ) as {{ prefix }}{{ measure }},
            {% endfor %}
        {% endfor %}
        as_of_date
    from totals
    group by place_type, place_code, flag_code, rule_basis, as_of_date

)

select * from counted

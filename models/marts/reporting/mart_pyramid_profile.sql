{%- set bands = ['infant', 'junior', 'lower_secondary', 'upper_secondary'] -%}
{%- set deciles = range(1, 11) -%}
{%- set markers = ['good_level_of_development', 'phonics', 'ks2_expected', 'ks4_english_maths'] -%}
{%- set levels = ['universal', 'universal_plus', 'partnership_plus', 'specialist'] -%}
with need as (

    select * from {{ ref('mart_pyramid_need') }}

),

attainment as (

    select * from {{ ref('fct_attainment') }}

),

assessment_subjects as (

    select * from {{ ref('dim_assessment') }}

),

years as (

    select distinct
        academic_year,
        as_of_date
    from need

),

-- a child has a row per flag on a date
population as (

    select
        assessments.pyramid_key,
        years.academic_year,
        assessments.child_key,
        max(assessments.age_years) as age_years
    from {{ ref('fct_flag_assessment') }} as assessments
    inner join years on assessments.as_of_date = years.as_of_date
    where assessments.population_code = {{ school_age() }}
    group by assessments.pyramid_key, years.academic_year, assessments.child_key

),

people as (

    select
        population.pyramid_key,
        population.academic_year,
        count(*) as children_count,
        {% for band in bands %}
            count(*) filter (where bands.band_code = '{{ band }}') as {{ band }}_count,
        {% endfor %}
        {% for decile in deciles %}
            count(*) filter (where areas.idaci_decile = {{ decile }}) as idaci_decile_{{ decile }}_count,
        {% endfor %}
        count(*) filter (where areas.idaci_decile is null) as idaci_not_known_count
    from population
    left join {{ ref('ref_age_band') }} as bands on population.age_years between bands.age_from and bands.age_to
    left join {{ ref('dim_child') }} as children on population.child_key = children.child_key
    left join {{ ref('dim_area') }} as areas on children.area_key = areas.area_key
    group by population.pyramid_key, population.academic_year

),

marks as (

    select
        {% for marker in markers %}
            count(is_expected_standard_met) filter (where marker_code = '{{ marker }}') as {{ marker }}_assessed_count,
            count(*) filter (where marker_code = '{{ marker }}' and is_expected_standard_met) as {{ marker }}_met_count,
        {% endfor %}
        pyramid_key,
        academic_year
    from {{ ref('fct_attainment_marker') }}
    group by pyramid_key, academic_year

),

attainment_8 as (

    select
        attainment.pyramid_key,
        attainment.academic_year,
        count(attainment.score) as attainment_8_assessed_count,
        cast(avg(attainment.score) as decimal(9, 2)) as attainment_8_mean
    from attainment
    inner join assessment_subjects on attainment.assessment_key = assessment_subjects.assessment_key
    where assessment_subjects.subject_code = 'attainment_8'
    group by attainment.pyramid_key, attainment.academic_year

),

needs as (

    select
        {% for level in levels %}
            max(children_estimate) filter (where level_code = '{{ level }}') as {{ level }}_estimate,
            max(lower_count) filter (where level_code = '{{ level }}') as {{ level }}_lower_count,
            max(upper_count) filter (where level_code = '{{ level }}') as {{ level }}_upper_count,
            max(least_count) filter (where level_code = '{{ level }}') as {{ level }}_least_count,
            max(most_count) filter (where level_code = '{{ level }}') as {{ level }}_most_count,
        {% endfor %}
        pyramid_key,
        pyramid_code,
        pyramid_name,
        zone_code,
        zone_name,
        academic_year,
        as_of_date
    from need
    group by pyramid_key, pyramid_code, pyramid_name, zone_code, zone_name, academic_year, as_of_date

),

profile as (

    select
        {{ surrogate_key(['needs.pyramid_key', 'needs.academic_year']) }} as pyramid_profile_key,
        needs.pyramid_key,
        needs.pyramid_code,
        needs.pyramid_name,
        needs.zone_code,
        needs.zone_name,
        needs.academic_year,
        needs.as_of_date,
        coalesce(people.children_count, 0) as children_count,
        {% for band in bands %}
            coalesce(people.{{ band }}_count, 0) as {{ band }}_count,
        {% endfor %}
        {% for decile in deciles %}
            coalesce(people.idaci_decile_{{ decile }}_count, 0) as idaci_decile_{{ decile }}_count,
        {% endfor %}
        coalesce(people.idaci_not_known_count, 0) as idaci_not_known_count,
        {% for marker in markers %}
            coalesce(marks.{{ marker }}_assessed_count, 0) as {{ marker }}_assessed_count,
            coalesce(marks.{{ marker }}_met_count, 0) as {{ marker }}_met_count,
            {{ rate('marks.' ~ marker ~ '_met_count', 'marks.' ~ marker ~ '_assessed_count') }} as {{ marker }}_rate,
        {% endfor %}
        {% for level in levels %}
            needs.{{ level }}_estimate,
            needs.{{ level }}_lower_count,
            needs.{{ level }}_upper_count,
            needs.{{ level }}_least_count,
            needs.{{ level }}_most_count,
        {% endfor %}
        coalesce(attainment_8.attainment_8_assessed_count, 0) as attainment_8_assessed_count,
        attainment_8.attainment_8_mean
    from needs
    left join people
        on
            needs.pyramid_key = people.pyramid_key
            and needs.academic_year = people.academic_year
    left join marks
        on
            needs.pyramid_key = marks.pyramid_key
            and needs.academic_year = marks.academic_year
    left join attainment_8
        on
            needs.pyramid_key = attainment_8.pyramid_key
            and needs.academic_year = attainment_8.academic_year

)

select * from profile

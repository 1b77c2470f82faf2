{%- set evidence_codes = (flag_codes().split(',') + ['ehc_plan']) | sort -%}
{%- set answers = [] -%}
{%- for code in evidence_codes %}{% do answers.append(code ~ '_state') %}{% endfor -%}
-- Counts alone: a child's level of need is estimated for planning, and no file holds it.
with levelled as (

    select * from {{ ref('int_need_levels') }}

),

counted as (

    select
        {{ or_unknown('schools.school_key') }} as school_key,
        {{ or_unknown('schools.school_durable_key') }} as school_durable_key,
        {{ or_unknown('schools.pyramid_key') }} as pyramid_key,
        {{ or_unknown('schools.zone_key') }} as zone_key,
        levelled.academic_year,
        {% for code in evidence_codes %}
            levelled.{{ code }}_state,
        {% endfor %}
        levelled.lowest_level_order,
        levelled.highest_level_order,
        levelled.as_of_date,
        count(*) as children_count
    from levelled
    left join {{ ref('dim_school') }} as schools
        on
            levelled.school_id = schools.school_id
            and {{ valid_on('levelled.as_of_date', 'schools') }}
    group by all

),

keyed as (

    select
        {{ surrogate_key(['school_key', 'as_of_date'] + answers) }} as need_level_summary_key,
        school_key,
        school_durable_key,
        pyramid_key,
        zone_key,
        {{ date_key('as_of_date') }} as as_of_date_key,
        academic_year,
        {% for code in evidence_codes %}
            {{ code }}_state,
        {% endfor %}
        lowest_level_order,
        highest_level_order,
        children_count,
        as_of_date
    from counted

)

select * from keyed

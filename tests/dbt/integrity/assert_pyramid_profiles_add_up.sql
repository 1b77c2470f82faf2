-- What: the ages and the deciles of a pyramid each make up its children, and its markers count the results there are.
-- When it matters: always. A child of an age or an area that no column counts would be in none.
-- How to resolve: ref_age_band must cover every age that a rule of ref_flag_rule covers, once; for a marker compare
-- with fct_attainment of the pyramid and year below.
with profiles as (

    select * from {{ ref('mart_pyramid_profile') }}

),

need as (

    select distinct
        pyramid_key,
        academic_year,
        children_count
    from {{ ref('mart_pyramid_need') }}

),

phonics as (

    select
        attainment.pyramid_key,
        attainment.academic_year,
        count(attainment.is_expected_standard_met) as assessed_count,
        count(*) filter (where attainment.is_expected_standard_met) as met_count
    from {{ ref('fct_attainment') }} as attainment
    inner join {{ ref('dim_assessment') }} as assessments on attainment.assessment_key = assessments.assessment_key
    where assessments.assessment_code = 'phonics'
    group by attainment.pyramid_key, attainment.academic_year

)

select
    profiles.pyramid_code,
    profiles.academic_year,
    profiles.children_count,
    need.children_count as need_children_count,
    phonics.assessed_count
from profiles
left join need
    on
        profiles.pyramid_key = need.pyramid_key
        and profiles.academic_year = need.academic_year
left join phonics
    on
        profiles.pyramid_key = phonics.pyramid_key
        and profiles.academic_year = phonics.academic_year
where
    profiles.children_count is distinct from need.children_count
    or profiles.children_count
    <> profiles.infant_count + profiles.junior_count + profiles.lower_secondary_count + profiles.upper_secondary_count
    or profiles.children_count
    <> profiles.idaci_not_known_count
    {% for decile in range(1, 11) -%}
        + profiles.idaci_decile_{{ decile }}_count
    {% endfor -%}
    or profiles.phonics_assessed_count <> coalesce(phonics.assessed_count, 0)
    or profiles.phonics_met_count <> coalesce(phonics.met_count, 0)

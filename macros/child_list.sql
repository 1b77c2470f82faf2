{#- What the list of children is made of. -#}

{#- What stands in the child list whatever is entered of a child, as a query: one row per child in scope on the as-of
    date, at its main school. -#}
{% macro listed_children() -%}
    {%- set flags = flag_codes().split(',') -%}
    {#- Who does not judge free school meals cannot say that there were none. -#}
    {%- set is_fsm_known = "indicators.fsm_state <> 'not_assessable'" if 'fsm' in flags else 'false' -%}
    with assessments as (

        select * from {{ ref('fct_flag_assessment') }}
        where is_current and population_code = {{ school_age() }}

    ),

    -- one row per child: on one date a child has one school
    indicators as (

        select
            assessments.child_key,
            {{ any_known('assessments.school_key') }} as school_key,
            {{ any_known('assessments.as_of_date') }} as as_of_date,
            {{ any_known('assessments.nc_year') }} as nc_year,
            {{ any_known('assessments.age_years') }} as age_years,
            count(*) filter (where assessments.flag_state = 'raised') as indicators_raised_count,
            count(*) filter (where assessments.flag_state = 'not_assessable') as indicators_not_assessable_count,
        {% for flag in flags %}
            max(
                case when flags.flag_code = '{{ flag }}' then assessments.flag_state end
            ) as {{ flag }}_state{{ ',' if not loop.last }}
        {% endfor %}
        from assessments
        inner join {{ ref('dim_flag') }} as flags on assessments.flag_key = flags.flag_key
        group by assessments.child_key

    ),

    -- the latest on or before the date; of several on one day the one that takes precedence
    last_assessments as (

        select
            attainment.child_durable_key,
            attainment.assessment_date,
            assessment.assessment_name
        from {{ ref('fct_attainment') }} as attainment
        inner join {{ ref('dim_assessment') }} as assessment
            on attainment.assessment_key = assessment.assessment_key
        inner join {{ ref('dim_date') }} as dates
            on dates.is_current_assessment_date and attainment.assessment_date <= dates.calendar_date
        qualify row_number() over (
            partition by attainment.child_durable_key
            order by attainment.assessment_date desc, assessment.precedence asc, assessment.subject_code asc
        ) = 1

    ),

    -- the day as many years ago as ref_fsm_ever says; whoever was eligible on it or since was so in these years
    fsm_windows as (

        select
            dates.calendar_date as as_of_date,
            cast(dates.calendar_date - windows.window_years * interval '1' year as date) as first_date
        from {{ ref('dim_date') }} as dates
        inner join {{ ref('ref_fsm_ever') }} as windows on {{ valid_on('dates.calendar_date', 'windows') }}
        where dates.is_current_assessment_date

    ),

    -- of a period that covers no day nobody can say when it was
    fsm_ever as (

        select
            spells.child_durable_key,
            bool_or(spells.valid_from_date < spells.valid_to_date) as is_known
        from {{ ref('fct_fsm_eligibility') }} as spells
        inner join fsm_windows
            on spells.valid_from_date <= fsm_windows.as_of_date and spells.valid_to_date > fsm_windows.first_date
        group by spells.child_durable_key

    ),

    tiers as (

        select
            child_tiers.*,
            tier_names.tier_name
        from {{ ref('fct_child_tier') }} as child_tiers
        inner join {{ ref('ref_tier') }} as tier_names on child_tiers.tier_code = tier_names.tier_code

    )

    select
        children.child_durable_key,
        schools.school_durable_key,
        schools.school_id,
        schools.school_name,
        schools.phase_name,
        pyramids.pyramid_code,
        pyramids.pyramid_name,
        zones.zone_code,
        zones.zone_name,
        indicators.nc_year,
        nc_years.display_order as nc_year_order,
        indicators.age_years,
        children.sex,
        children.ethnicity_group,
        areas.idaci_decile,
        children.is_young_carer,
        last_assessments.assessment_name as last_assessment_name,
        last_assessments.assessment_date as last_assessment_date,
        indicators.indicators_raised_count,
        indicators.indicators_not_assessable_count,
        {% for flag in flags %}
            indicators.{{ flag }}_state,
        {% endfor %}
        case
            when fsm_ever.is_known then true
            when {{ is_fsm_known }} and fsm_ever.child_durable_key is null then false
        end as is_fsm_ever,
        tiers.tier_code,
        tiers.tier_name,
        tiers.tier_order,
        tiers.reasons_count as reasons_raised_count,
        tiers.strong_count as indicators_strong_count,
        involvements.involved_agencies,
        indicators.as_of_date
    from indicators
    left join {{ ref('dim_child') }} as children on indicators.child_key = children.child_key
    left join {{ ref('dim_school') }} as schools on indicators.school_key = schools.school_key
    left join {{ ref('dim_pyramid') }} as pyramids on schools.pyramid_key = pyramids.pyramid_key
    left join {{ ref('dim_zone') }} as zones on schools.zone_key = zones.zone_key
    left join {{ ref('dim_area') }} as areas on children.area_key = areas.area_key
    left join {{ ref('ref_nc_year') }} as nc_years on indicators.nc_year = nc_years.nc_year
    left join last_assessments on children.child_durable_key = last_assessments.child_durable_key
    left join fsm_ever on children.child_durable_key = fsm_ever.child_durable_key
    left join tiers on children.child_durable_key = tiers.child_durable_key
    left join {{ ref('fct_child_involvement') }} as involvements
        on children.child_durable_key = involvements.child_durable_key
{%- endmacro %}


{#- Marks a query whose rows, by the same names, are columns of the model's own table that no entry changes: the
    dashboard reads them from the release in place of making them again (PUBLISHED in dashboard/overlay.py). -#}
{% macro as_published(query) -%}
    /* as published */
    {{ query }}
    /* what may be entered */
{%- endmacro %}

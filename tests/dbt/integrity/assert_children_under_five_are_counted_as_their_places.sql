-- What: before school, the children counted in the county and in its zones, and those whom a flag of disadvantage or of
-- SEN support is raised on, are those that fct_early_years_place tells of for the day; what cannot be assessed may be
-- either.
-- When it matters: where a council has turned on a flag of children under five. They are at no school, so no sum over
-- schools would show one who is counted in the wrong zone, twice for two settings, or not at all.
-- How to resolve: compare int_early_years_population and int_flag_measures_early_years with the facts of the child.
with dates as (

    select calendar_date as as_of_date from {{ ref('dim_date') }}
    where is_current_assessment_date

),

bases as (

    select * from {{ ref('ref_early_years_basis') }}

),

places as (

    select
        places.child_durable_key,
        bool_or(coalesce(places.has_pupil_premium, false) or coalesce(bases.is_disadvantage, false))
            as is_disadvantaged,
        bool_or(coalesce(places.sen_provision_code, 'N') = 'K') as is_on_support
    from {{ ref('fct_early_years_place') }} as places
    inner join dates on {{ valid_on('dates.as_of_date', 'places') }}
    left join bases on places.two_year_basis_code = bases.basis_code and bases.basis_kind = 'two_year'
    group by places.child_durable_key

),

asked as (

    select distinct child_durable_key
    from {{ ref('fct_flag_assessment') }}
    where is_current and population_code = 'early_years'

),

told as (

    {% for flag_code, column in [('early_disadvantage', 'is_disadvantaged'), ('early_sen', 'is_on_support')] %}
        select
            '{{ flag_code }}' as flag_code,
            count(*) as children_count,
            count(*) filter (where places.{{ column }}) as raised_count
        from places
        inner join asked on places.child_durable_key = asked.child_durable_key
        {% if not loop.last %}
            union all
        {% endif %}
    {% endfor %}

),

counted as (

    select
        dashboard.flag_code,
        sum(dashboard.children_count) filter (where dashboard.is_county) as children_count,
        sum(dashboard.raised_count) filter (where dashboard.is_county) as raised_count,
        sum(dashboard.not_assessable_count) filter (where dashboard.is_county) as not_assessable_count,
        sum(dashboard.children_count) filter (where not dashboard.is_county) as zones_children_count,
        sum(dashboard.raised_count) filter (where not dashboard.is_county) as zones_raised_count
    from {{ ref('mart_zone_dashboard') }} as dashboard
    inner join {{ ref('dim_flag') }} as flags on dashboard.flag_code = flags.flag_code
    where dashboard.is_current and flags.population_code = 'early_years'
    group by dashboard.flag_code

)

select
    counted.flag_code,
    counted.children_count,
    counted.raised_count,
    told.children_count as told_children_count,
    told.raised_count as told_raised_count
from counted
left join told on counted.flag_code = told.flag_code
where
    counted.children_count <> counted.zones_children_count
    or counted.raised_count <> counted.zones_raised_count
    or counted.children_count <> told.children_count
    or told.raised_count not between counted.raised_count and counted.raised_count + counted.not_assessable_count

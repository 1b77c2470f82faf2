-- What: the history that forecasts are made of is what fct_flag_summary counts by today's rule, on today's map.
-- When it matters: always. A forecast of other children than the trend shows would be believed all the same.
-- How to resolve: compare int_forecast_history with fct_flag_summary for the place, flag and date below; both count
-- states and `any` with the macros of counting.sql.
with history as (

    select histories.*
    from {{ ref('int_forecast_history') }} as histories
    inner join {{ ref('dim_flag') }} as flags on histories.flag_code = flags.flag_code
    where flags.population_code = {{ school_age() }}

),

summary as (

    select
        summary.*,
        flags.flag_code,
        coalesce(zones.zone_code, {{ unknown_key() }}) as place_zone_code,
        coalesce(pyramids.pyramid_code, {{ unknown_key() }}) as place_pyramid_code
    from {{ ref('fct_flag_summary') }} as summary
    inner join {{ ref('dim_flag') }} as flags on summary.flag_key = flags.flag_key
    inner join {{ ref('dim_date') }} as dates
        on
            summary.as_of_date = dates.calendar_date
            and dates.is_assessment_date
    left join {{ ref('dim_school') }} as schools on summary.school_key = schools.school_key
    left join {{ ref('dim_zone') }} as zones on schools.todays_zone_key = zones.zone_key
    left join {{ ref('dim_pyramid') }} as pyramids on schools.todays_pyramid_key = pyramids.pyramid_key
    where summary.rule_basis = 'todays'

),

counted as (

    {% for place_type, code in [
        ('county', "'county'"), ('zone', 'place_zone_code'), ('pyramid', 'place_pyramid_code')
    ] %}
        select
            '{{ place_type }}' as place_type,
            {{ code }} as place_code,
            flag_code,
            as_of_date,
            {{ flag_totals() }}
        from summary
        group by all
        {% if not loop.last %}
            union all
        {% endif %}
    {% endfor %}

)

select
    coalesce(history.place_type, counted.place_type) as place_type,
    coalesce(history.place_code, counted.place_code) as place_code,
    coalesce(history.flag_code, counted.flag_code) as flag_code,
    coalesce(history.as_of_date, counted.as_of_date) as as_of_date,
    history.raised_count as history_raised_count,
    counted.raised_count
from history
full outer join counted
    on
        history.place_type = counted.place_type
        and history.place_code = counted.place_code
        and history.flag_code = counted.flag_code
        and history.as_of_date = counted.as_of_date
where
    history.children_count is distinct from counted.children_count
    or history.assessable_count is distinct from counted.assessable_count
    or history.raised_count is distinct from counted.raised_count

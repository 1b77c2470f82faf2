-- What: a forecast has a count inside its interval, from nought to the children of the place, or none of the three
-- and a reason; and every place and flag of the trend is forecast for the same half terms.
-- When it matters: always. A number nobody can stand for is worse than none, and a place left out is not seen.
-- How to resolve: see the place and flag below in mart_forecast and fct_flag_forecast.
with forecasts as (

    select * from {{ ref('mart_forecast') }}

),

trend as (

    select * from {{ ref('mart_trend') }}
    where is_current and rule_basis = 'todays' and place_type <> 'school'

),

steps as (

    select count(distinct half_terms_ahead) as steps_count from forecasts

),

by_place as (

    select
        trend.place_type,
        trend.place_code,
        trend.flag_code,
        max(steps.steps_count) as steps_count,
        count(forecasts.forecast_key) as forecasts_count,
        count(*) filter (
            where
            not case
                when forecasts.forecast_count is null
                    then
                        coalesce(forecasts.lower_count, forecasts.upper_count) is null
                        and forecasts.forecast_method is null
                        and forecasts.reason is not null
                else
                    coalesce(forecasts.forecast_count between forecasts.lower_count and forecasts.upper_count, false)
                    and forecasts.lower_count >= 0
                    and forecasts.upper_count <= trend.children_count
                    and forecasts.forecast_method is not null
            end
        ) as wrong_count
    from trend
    cross join steps
    left join forecasts
        on
            trend.place_type = forecasts.place_type
            and trend.place_key = forecasts.place_key
            and trend.flag_code = forecasts.flag_code
    group by trend.place_type, trend.place_code, trend.flag_code

)

select * from by_place
where wrong_count > 0 or forecasts_count <> steps_count

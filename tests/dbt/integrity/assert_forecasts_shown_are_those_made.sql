-- What: each forecast shown is the one that fct_flag_forecast holds for the method named, and the backtest tells of
-- every forecast of the past, once.
-- When it matters: always. An error told of other forecasts would lend this one a trust it has not earned.
-- How to resolve: compare mart_forecast, or mart_forecast_backtest, with fct_flag_forecast for place and flag below.
with forecasts as (

    select
        forecasts.*,
        flags.flag_code
    from {{ ref('fct_flag_forecast') }} as forecasts
    inner join {{ ref('dim_flag') }} as flags on forecasts.flag_key = flags.flag_key

),

tried as (

    select
        place_type,
        flag_code,
        half_terms_ahead,
        count(*) filter (where forecast_method = 'damped_trend') as model_count,
        count(*) filter (where forecast_method = 'seasonal_naive') as baseline_count
    from forecasts
    where not is_current
    group by place_type, flag_code, half_terms_ahead

)

select
    'mart_forecast' as model,
    shown.place_type,
    shown.place_code,
    shown.flag_code,
    shown.half_terms_ahead
from {{ ref('mart_forecast') }} as shown
left join forecasts
    on
        shown.place_type = forecasts.place_type
        and shown.place_key = forecasts.place_key
        and shown.flag_code = forecasts.flag_code
        and shown.half_terms_ahead = forecasts.half_terms_ahead
        and shown.forecast_method = forecasts.forecast_method
        and forecasts.is_current
where
    shown.forecast_count is distinct from forecasts.forecast_count
    or shown.lower_count is distinct from forecasts.lower_count
    or shown.upper_count is distinct from forecasts.upper_count
    or (forecasts.forecast_count is not null and shown.forecast_date <> forecasts.forecast_date)

union all

select
    'mart_forecast_backtest' as model,
    backtests.place_type,
    null as place_code,
    backtests.flag_code,
    backtests.half_terms_ahead
from {{ ref('mart_forecast_backtest') }} as backtests
left join tried
    on
        backtests.place_type = tried.place_type
        and backtests.flag_code = tried.flag_code
        and backtests.half_terms_ahead = tried.half_terms_ahead
where
    backtests.forecasts_count <> coalesce(tried.model_count, 0)
    or backtests.forecasts_count <> coalesce(tried.baseline_count, 0)

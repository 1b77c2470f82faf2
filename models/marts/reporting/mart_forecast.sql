with trend as (

    select * from {{ ref('mart_trend') }}
    where is_current and rule_basis = 'todays' and place_type <> 'school'

),

forecasts as (

    select * from {{ ref('fct_flag_forecast') }}
    where is_current

),

flags as (

    select * from {{ ref('dim_flag') }}

),

dates as (

    select * from {{ ref('dim_date') }}

),

backtests as (

    select * from {{ ref('mart_forecast_backtest') }}

),

reasons as (

    select * from {{ ref('ref_forecast_reason') }}

),

coming as (

    select distinct
        half_terms_ahead,
        forecast_date
    from forecasts

),

-- every place of the trend, whatever can be said of it
asked as (

    select
        trend.*,
        coming.half_terms_ahead,
        coming.forecast_date,
        dates.academic_year as forecast_academic_year,
        dates.half_term as forecast_half_term,
        dates.half_term_label as forecast_half_term_label
    from trend
    cross join coming
    left join dates on coming.forecast_date = dates.calendar_date

),

answered as (

    select
        {{ surrogate_key(['asked.place_type', 'asked.place_key', 'asked.flag_code', 'asked.half_terms_ahead']) }}
            as forecast_key,
        asked.place_type,
        asked.place_key,
        asked.place_code,
        asked.place_name,
        asked.flag_code,
        asked.flag_name,
        asked.display_order,
        asked.as_of_date,
        asked.forecast_academic_year as academic_year,
        asked.forecast_half_term as half_term,
        asked.forecast_half_term_label as half_term_label,
        asked.forecast_date,
        asked.half_terms_ahead,
        case when asked.assessable_count > 0 then asked.raised_count end as current_count,
        forecasts.forecast_count,
        forecasts.lower_count,
        forecasts.upper_count,
        backtests.interval_rate,
        case when forecasts.forecast_count is not null then backtests.shown_method end as forecast_method,
        case
            when forecasts.forecast_count is not null then backtests.method_reason_code
            else coalesce(forecasts.reason_code, 'no_children')
        end as reason_code,
        coalesce(forecasts.history_half_terms_count, 0) as history_half_terms_count,
        backtests.all_forecasts_count as backtest_forecasts_count,
        backtests.all_model_error_mean as model_error_mean,
        backtests.all_baseline_error_mean as baseline_error_mean,
        backtests.shown_coverage_rate as coverage_rate
    from asked
    left join flags on asked.flag_code = flags.flag_code
    left join backtests
        on
            asked.place_type = backtests.place_type
            and asked.flag_code = backtests.flag_code
            and asked.half_terms_ahead = backtests.half_terms_ahead
    left join forecasts
        on
            asked.place_type = forecasts.place_type
            and asked.place_key = forecasts.place_key
            and flags.flag_key = forecasts.flag_key
            and asked.half_terms_ahead = forecasts.half_terms_ahead
            and backtests.shown_method = forecasts.forecast_method

),

forecast as (

    select
        answered.forecast_key,
        answered.place_type,
        answered.place_key,
        answered.place_code,
        answered.place_name,
        answered.flag_code,
        answered.flag_name,
        answered.display_order,
        answered.as_of_date,
        answered.academic_year,
        answered.half_term,
        answered.half_term_label,
        answered.forecast_date,
        answered.half_terms_ahead,
        answered.current_count,
        answered.forecast_count,
        answered.lower_count,
        answered.upper_count,
        answered.interval_rate,
        answered.forecast_method,
        answered.reason_code,
        reasons.reason,
        answered.history_half_terms_count,
        answered.backtest_forecasts_count,
        answered.model_error_mean,
        answered.baseline_error_mean,
        answered.coverage_rate
    from answered
    left join reasons on answered.reason_code = reasons.reason_code

)

select * from forecast

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

steps as (

    select distinct
        half_terms_ahead,
        forecast_date
    from forecasts

),

-- every place of the trend, whatever can be said of it
expected_rows as (

    select
        trend.*,
        steps.half_terms_ahead,
        steps.forecast_date,
        dates.academic_year as forecast_academic_year,
        dates.half_term as forecast_half_term,
        dates.half_term_label as forecast_half_term_label
    from trend
    cross join steps
    left join dates on steps.forecast_date = dates.calendar_date

),

answered as (

    select
        {{ surrogate_key([
            'expected_rows.place_type', 'expected_rows.place_key', 'expected_rows.flag_code',
            'expected_rows.half_terms_ahead',
        ]) }} as forecast_key,
        expected_rows.place_type,
        expected_rows.place_key,
        expected_rows.place_code,
        expected_rows.place_name,
        expected_rows.zone_code,
        expected_rows.zone_name,
        expected_rows.pyramid_code,
        expected_rows.pyramid_name,
        expected_rows.flag_code,
        expected_rows.flag_name,
        expected_rows.population_name,
        expected_rows.display_order,
        expected_rows.as_of_date,
        expected_rows.forecast_academic_year as academic_year,
        expected_rows.forecast_half_term as half_term,
        expected_rows.forecast_half_term_label as half_term_label,
        expected_rows.forecast_date,
        expected_rows.half_terms_ahead,
        case when expected_rows.assessable_count > 0 then expected_rows.raised_count end as current_count,
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
    from expected_rows
    left join flags on expected_rows.flag_code = flags.flag_code
    left join backtests
        on
            expected_rows.place_type = backtests.place_type
            and expected_rows.flag_code = backtests.flag_code
            and expected_rows.half_terms_ahead = backtests.half_terms_ahead
    left join forecasts
        on
            expected_rows.place_type = forecasts.place_type
            and expected_rows.place_key = forecasts.place_key
            and flags.flag_key = forecasts.flag_key
            and expected_rows.half_terms_ahead = forecasts.half_terms_ahead
            and backtests.shown_method = forecasts.forecast_method

),

forecast as (

    select
        answered.forecast_key,
        answered.place_type,
        answered.place_key,
        answered.place_code,
        answered.place_name,
        answered.zone_code,
        answered.zone_name,
        answered.pyramid_code,
        answered.pyramid_name,
        answered.flag_code,
        answered.flag_name,
        answered.population_name,
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

with forecasts as (

    select * from {{ ref('fct_flag_forecast') }}
    where not is_current

),

flags as (

    select * from {{ ref('dim_flag') }}
    where flag_key <> {{ unknown_key() }}

),

settings as (

    select * from {{ ref('ref_forecast_setting') }}

),

steps as (

    select distinct half_terms_ahead from {{ ref('fct_flag_forecast') }}

),

place_types as (

    select distinct place_type from {{ ref('fct_flag_forecast') }}

),

backtested as (

    select
        place_type,
        flag_key,
        half_terms_ahead,
        forecast_method,
        count(*) as forecasts_count,
        count(distinct place_key) as places_count,
        avg(came_count) as came_mean,
        avg(error_count) as error_mean,
        avg(case when is_within_interval then 1.0 else 0.0 end) as coverage_rate
    from forecasts
    group by place_type, flag_key, half_terms_ahead, forecast_method

),

-- every kind of place, flag and half term ahead, tried or not
compared as (

    select
        place_types.place_type,
        flags.flag_key,
        flags.flag_code,
        flags.flag_name,
        flags.display_order,
        steps.half_terms_ahead,
        settings.minimum_backtests,
        settings.interval_rate,
        coalesce(model.forecasts_count, 0) as forecasts_count,
        coalesce(model.places_count, 0) as places_count,
        model.came_mean,
        model.error_mean as model_error_mean,
        baseline.error_mean as baseline_error_mean,
        model.coverage_rate as model_coverage_rate,
        baseline.coverage_rate as baseline_coverage_rate
    from place_types
    inner join flags on flags.population_code = {{ school_age() }} or place_types.place_type in ('county', 'zone')
    cross join steps
    cross join settings
    left join backtested as model
        on
            place_types.place_type = model.place_type
            and flags.flag_key = model.flag_key
            and steps.half_terms_ahead = model.half_terms_ahead
            and model.forecast_method = 'damped_trend'
    left join backtested as baseline
        on
            place_types.place_type = baseline.place_type
            and flags.flag_key = baseline.flag_key
            and steps.half_terms_ahead = baseline.half_terms_ahead
            and baseline.forecast_method = 'seasonal_naive'

),

-- one method for all half terms ahead, or the line would jump from one to the other
totals as (

    select
        place_type,
        flag_key,
        cast(sum(forecasts_count) as bigint) as all_forecasts_count,
        sum(model_error_mean * forecasts_count) / nullif(sum(forecasts_count), 0) as all_model_error_mean,
        sum(baseline_error_mean * forecasts_count) / nullif(sum(forecasts_count), 0) as all_baseline_error_mean,
        sum(model_coverage_rate * forecasts_count) / nullif(sum(forecasts_count), 0) as all_model_coverage_rate,
        sum(baseline_coverage_rate * forecasts_count) / nullif(sum(forecasts_count), 0) as all_baseline_coverage_rate
    from compared
    group by place_type, flag_key

),

decided as (

    select
        compared.*,
        totals.all_forecasts_count,
        totals.all_model_error_mean,
        totals.all_baseline_error_mean,
        totals.all_model_coverage_rate,
        totals.all_baseline_coverage_rate,
        case
            when totals.all_forecasts_count < compared.minimum_backtests then 'too_few_backtests'
            when totals.all_model_error_mean < totals.all_baseline_error_mean then 'model_beats_baseline'
            else 'baseline_not_beaten'
        end as method_reason_code
    from compared
    inner join totals
        on
            compared.place_type = totals.place_type
            and compared.flag_key = totals.flag_key

),

backtest as (

    select
        {{ surrogate_key(['place_type', 'flag_key', 'half_terms_ahead']) }} as forecast_backtest_key,
        place_type,
        flag_code,
        flag_name,
        display_order,
        half_terms_ahead,
        case method_reason_code when 'model_beats_baseline' then 'damped_trend' else 'seasonal_naive' end
            as shown_method,
        method_reason_code,
        forecasts_count,
        places_count,
        cast(came_mean as decimal(18, 2)) as came_mean,
        cast(model_error_mean as decimal(18, 2)) as model_error_mean,
        cast(baseline_error_mean as decimal(18, 2)) as baseline_error_mean,
        interval_rate,
        cast(model_coverage_rate as decimal(9, 4)) as model_coverage_rate,
        cast(baseline_coverage_rate as decimal(9, 4)) as baseline_coverage_rate,
        all_forecasts_count,
        cast(all_model_error_mean as decimal(18, 2)) as all_model_error_mean,
        cast(all_baseline_error_mean as decimal(18, 2)) as all_baseline_error_mean,
        cast(
            case method_reason_code
                when 'model_beats_baseline' then all_model_coverage_rate
                else all_baseline_coverage_rate
            end as decimal(9, 4)
        ) as shown_coverage_rate
    from decided

)

select * from backtest

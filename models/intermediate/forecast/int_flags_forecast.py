def model(dbt, session):
    """Forecasts by both methods from every half term that one starts from: now, and those of the backtest.

    Kept by what they are made of: those of a half term whose counts are as they were stay. See orchestration/forecast.
    Only counts are read.
    """
    from orchestration.forecast.table import forecasts

    dbt.config(
        materialized="table",
        meta={
            "partition_by": "concat_ws(' ', place_type, place_code, flag_code, history_half_terms_count)",
            "partition_inputs": ["int_forecast_origins"],
        },
    )
    return forecasts(dbt.ref("int_forecast_origins"), dbt.ref("ref_forecast_setting"))

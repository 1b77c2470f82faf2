def model(dbt, session):
    """Forecasts of every history by both methods, from now and from each half term of the backtest.

    See orchestration/forecast. Only counts are read.
    """
    from orchestration.forecast.table import forecasts

    dbt.config(materialized="table")
    return forecasts(dbt.ref("int_forecast_history"), dbt.ref("ref_forecast_setting"))

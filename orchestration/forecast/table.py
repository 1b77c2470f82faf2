"""The forecasts of every history as a table: from its last half term, and from each one that the backtest tries."""

from dataclasses import fields

import duckdb
import pyarrow as pa

from orchestration.build.engine import one_row
from orchestration.forecast.method import History, Setting, forecast

COLUMNS = pa.schema(
    {
        "place_type": pa.string(),
        "place_code": pa.string(),
        "flag_code": pa.string(),
        "history_half_terms_count": pa.int32(),
        "half_terms_ahead": pa.int32(),
        "forecast_method": pa.string(),
        "forecast_count": pa.int64(),
        "lower_count": pa.int64(),
        "upper_count": pa.int64(),
    }
)


def forecasts(origins: duckdb.DuckDBPyRelation, settings: duckdb.DuckDBPyRelation) -> pa.Table:
    """One row per place, flag, length of the history used, half terms ahead and method.

    `origins` has the columns of int_forecast_origins, `settings` the one row of ref_forecast_setting.
    """
    setting = read_setting(settings)
    columns = (
        "children_counts, assessable_counts, raised_counts, place_type, place_code, flag_code, history_half_terms_count"
    )
    rows = [
        (*origin, found.half_terms_ahead, found.method, found.count, found.lower, found.upper)
        for children, assessable, raised, *origin in origins.project(columns).fetchall()
        for found in forecast(History(tuple(children), tuple(assessable), tuple(raised)), setting)
    ]
    return pa.table([list(column) for column in zip(*rows, strict=True)] or [[]] * len(COLUMNS), schema=COLUMNS)


def read_setting(settings: duckdb.DuckDBPyRelation) -> Setting:
    """The one row, its decimals as floats."""
    names = [column.name for column in fields(Setting)]
    values = dict(zip(names, one_row(settings.project(", ".join(names))), strict=True))
    return Setting(**values | {name: float(values[name]) for name in ("damping", "interval_rate")})

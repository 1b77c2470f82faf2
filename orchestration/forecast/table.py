"""The forecasts of every history as a table: from its last half term, and from each one that the backtest tries."""

from collections import defaultdict
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


def forecasts(histories: duckdb.DuckDBPyRelation, settings: duckdb.DuckDBPyRelation) -> pa.Table:
    """One row per place, flag, length of the history used, half terms ahead and method.

    `histories` has the columns of int_forecast_history, `settings` the one row of ref_forecast_setting.
    """
    setting = read_setting(settings)
    rows = [
        (*series, length, found.half_terms_ahead, found.method, found.count, found.lower, found.upper)
        for series, history in read(histories).items()
        for length in range(max(1, len(history.raised) - setting.backtest_half_terms), len(history.raised) + 1)
        for found in forecast(history.until(length), setting)
    ]
    return pa.table([list(column) for column in zip(*rows, strict=True)] or [[]] * len(COLUMNS), schema=COLUMNS)


def read_setting(settings: duckdb.DuckDBPyRelation) -> Setting:
    """The one row, its decimals as floats."""
    names = [column.name for column in fields(Setting)]
    values = dict(zip(names, one_row(settings.project(", ".join(names))), strict=True))
    return Setting(**values | {name: float(values[name]) for name in ("damping", "interval_rate")})


def read(histories: duckdb.DuckDBPyRelation) -> dict[tuple[str, str, str], History]:
    """The unbroken history of each place and flag, in order of time."""
    known: dict[tuple[str, str, str], list[tuple[int, int, int]]] = defaultdict(list)
    in_order = histories.filter("is_in_history").order("place_type, place_code, flag_code, as_of_date")
    columns = "place_type, place_code, flag_code, children_count, assessable_count, raised_count"
    for place_type, place_code, flag_code, *counts in in_order.project(columns).fetchall():
        known[place_type, place_code, flag_code].append(tuple(counts))
    return {series: History(*zip(*counts, strict=True)) for series, counts in known.items()}

"""The connection, and a dataset for each mart: columns with their comments, measures that cannot be added wrongly."""

from pathlib import Path
from typing import Any

from orchestration.bi import sql
from orchestration.bi.names import DATABASE, uuid
from orchestration.bi.semantics import Column, Mart, labelled

SAFE = {"read_only": True, "config": {"enable_external_access": "false", "lock_configuration": "true"}}
"""What DuckDB is told when Superset connects: docs/bi-tools/index.md says why."""

FORMATS = {"share": ".1%", "gbp": ",.0f", "days": ",d", "count": ",d", "number": ",.2f"}
"""d3's formats, by the unit of a column. d3 knows no sign of pounds: a currency stands beside the format."""
CURRENCIES = {"gbp": {"symbol": "GBP", "symbolPosition": "prefix"}}

RELEASE = "release"


def database(file: Path) -> dict[str, Any]:
    """The connection to the release in force, by the path under which Superset's server sees it."""
    return {
        "database_name": DATABASE,
        "sqlalchemy_uri": f"duckdb:///{file}",
        "cache_timeout": None,
        # SQL Lab knows no row-level rule: whoever may use it sees every zone.
        "expose_in_sqllab": False,
        "allow_run_async": False,
        "allow_ctas": False,
        "allow_cvas": False,
        "allow_dml": False,
        "allow_file_upload": False,
        "extra": {"engine_params": {"connect_args": SAFE}, "allows_virtual_table_explore": False},
        "uuid": uuid("database", DATABASE),
        "version": "1.0.0",
    }


def dataset(mart: Mart) -> dict[str, Any]:
    """A mart as a dataset. Its columns add nothing up by themselves; its measures do."""
    measures = [*mart.additive, *mart.ratios, *mart.not_additive]
    metrics = [_metric(mart, mart.column(name)) for name in measures]
    if mart.row_count:
        metrics.append(_row_count(mart, mart.row_count))
    shown = sql.default_filter(mart)
    description = f"{mart.description} Unless asked otherwise: {shown}." if shown else mart.description
    return _dataset(
        "mart", mart.name, description, mart.time_column, [_column(column) for column in mart.columns], metrics
    )


def release() -> dict[str, Any]:
    """The dataset of the one row that says which release is read, and as of which day."""
    columns = [
        _column(Column("release_id", "string", "The release that is read.", False)),
        _column(Column("as_of_date", "date", "The day the release speaks of.", False)),
        _column(Column("published_at", "timestamp", "When it was written, UTC.", False)),
    ]
    return _dataset("ops", RELEASE, "What this release is: one row.", "as_of_date", columns, [])


def measure(mart: Mart, name: str) -> str:
    """What a measure is called in Superset: in words, so that DuckDB never takes it for the column of its name."""
    is_one_word = any(name == column.name for column in mart.columns) and "_" not in name
    return f"The {name}" if is_one_word else labelled(name)


def _dataset(
    schema: str, name: str, description: str, time: str | None, columns: list[Any], metrics: list[Any]
) -> dict[str, Any]:
    return {
        "table_name": name,
        "main_dttm_col": time,
        "description": description,
        "schema": schema,
        "sql": None,
        "params": None,
        # Every column of time may be filtered by; a dashboard without a filter of time shows every row.
        "always_filter_main_dttm": False,
        "normalize_columns": False,
        "uuid": uuid("dataset", name),
        "database_uuid": uuid("database", DATABASE),
        "columns": columns,
        "metrics": metrics,
        "version": "1.0.0",
    }


def _column(column: Column) -> dict[str, Any]:
    return {
        "column_name": column.name,
        "verbose_name": column.label,
        "description": column.description,
        "type": column.data_type.upper(),
        "is_dttm": column.data_type.startswith(("date", "timestamp")),
        "is_active": True,
        # A key shows nobody anything; a filter by one, as from a link, still works.
        "groupby": not column.is_key,
        "filterable": True,
        "expression": None,
        "python_date_format": None,
    }


def _metric(mart: Mart, column: Column) -> dict[str, Any]:
    return {
        "metric_name": measure(mart, column.name),
        "verbose_name": column.label,
        "metric_type": None,
        "expression": sql.measure(mart, column.name),
        "description": column.description,
        "d3format": FORMATS[column.unit],
        "currency": CURRENCIES.get(column.unit),
        "warning_text": _warning(mart, column.name),
    }


def _row_count(mart: Mart, name: str) -> dict[str, Any]:
    return {
        "metric_name": measure(mart, name),
        "verbose_name": labelled(name),
        "metric_type": None,
        "expression": sql.rows(mart),
        "description": f"How many rows: each is one of the {name}.",
        "d3format": FORMATS["count"],
        "warning_text": _warning(mart, None),
    }


def _warning(mart: Mart, name: str | None) -> str | None:
    """What a reader is told beside a measure that is empty where rows were mixed."""
    if name in mart.not_additive:
        return "Of a single row: empty where several are put together."
    if mart.sum_within:
        return f"Of one {', one '.join(map(labelled, mart.sum_within)).lower()}: empty where several are mixed."
    return None

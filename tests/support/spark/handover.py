"""What Spark gets of a built home, as Parquet."""

import json
from pathlib import Path

import duckdb

DELIVERED = ("raw", "ops", "quarantine")

TAKEN_OVER = {
    "snap_child": "a snapshot needs a table format that Spark's own package does not have",
    "snap_flag": "a snapshot, as above",
    "snap_school": "a snapshot, as above",
    "int_person_pairs_scored": "Python: Splink on DuckDB",
    "int_flags_forecast": "Python: the forecast reads relations of DuckDB",
}
"""Tables that Spark does not make yet and gets as DuckDB made them, and why."""


def write(file: Path, folder: Path, variables: dict[str, str], select: tuple[str, ...] = ()) -> list[str]:
    """Write what the project does not make itself on Spark, and what dbt is to be told; returns the tables' names."""
    written = []
    with duckdb.connect(str(file), read_only=True) as connection:
        found = connection.execute(
            "select schema_name, table_name from duckdb_tables() where list_contains(?, schema_name) "
            "or list_contains(?, table_name) "
            "union all select schema_name, view_name from duckdb_views() where schema_name = 'ops' order by all",
            [list(DELIVERED), list(TAKEN_OVER)],
        ).fetchall()
        for schema, table in found:
            (folder / "handed" / schema).mkdir(parents=True, exist_ok=True)
            to = folder / "handed" / schema / f"{table}.parquet"
            connection.execute(f"copy (select {_columns(connection, schema, table)} from {schema}.{table}) to '{to}'")
            written.append(f"{schema}.{table}")
    request = {"variables": variables, "select": select, "exclude": list(TAKEN_OVER)}
    (folder / "request.json").write_text(json.dumps(request))
    return written


def _columns(connection: duckdb.DuckDBPyConnection, schema: str, table: str) -> str:
    """Parquet knows no integer as wide as DuckDB's widest, and would write a floating number."""
    columns = connection.execute(
        "select column_name, data_type from duckdb_columns() where schema_name = ? and table_name = ?", [schema, table]
    ).fetchall()
    return ", ".join(
        f'cast("{name}" as decimal(38, 0)) as "{name}"' if kind == "HUGEINT" else f'"{name}"' for name, kind in columns
    )

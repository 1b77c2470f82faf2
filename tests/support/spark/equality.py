"""The tables that two engines made of one home, held against each other: columns, rows, and what stands in them.

Nothing that is told of a difference says what stood in a cell.
"""

from dataclasses import dataclass
from pathlib import Path

import duckdb

COMPARED = ("intermediate", "core", "mart")

WHOLE = {"TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "DECIMAL(38,0)"}
"""Types of whole numbers: the engines count in other widths, and no value is another for it."""


@dataclass(frozen=True)
class Compared:
    """A table of both engines; `difference` says in a sentence what differs, and nothing where the two are equal."""

    schema: str
    name: str
    rows: int
    difference: str | None


def compare(build: Path, warehouse: Path, left_out: set[str]) -> list[Compared]:
    """Every table of the private build beside that of Spark's warehouse, but those that were only taken over."""
    with duckdb.connect() as connection:
        connection.execute("set timezone = 'UTC'")
        connection.execute(f"attach '{build}' as build (read_only)")
        found = connection.execute(
            "select schema_name, table_name from duckdb_tables() "
            "where database_name = 'build' and list_contains(?, schema_name) order by all",
            [list(COMPARED)],
        ).fetchall()
        return [_compare(connection, warehouse, *table) for table in found if table[1] not in left_out]


def _compare(connection: duckdb.DuckDBPyConnection, warehouse: Path, schema: str, name: str) -> Compared:
    ours, folder = f"build.{schema}.{name}", warehouse / f"{schema}.db" / name
    rows = _number(connection, f"select count(*) from {ours}")
    if not any(folder.glob("*.parquet")):
        return Compared(schema, name, rows, "Spark has no such table")
    theirs = f"read_parquet('{folder}/*.parquet')"
    own, other = _columns(connection, ours), _columns(connection, theirs)
    if list(own) != list(other):
        return Compared(schema, name, rows, f"other columns, or in another order: {sorted(own.keys() ^ other.keys())}")
    types = [f"{column} {own[column]}, not {other[column]}" for column in own if own[column] != other[column]]
    if types:
        return Compared(schema, name, rows, f"other types: {'; '.join(types)}")
    if rows != (there := _number(connection, f"select count(*) from {theirs}")):
        return Compared(schema, name, rows, f"{there} rows and not {rows}")
    if _content(connection, ours, own) == _content(connection, theirs, own):
        return Compared(schema, name, rows, None)
    differing = [
        column
        for column, kind in own.items()
        if _content(connection, ours, {column: kind}) != _content(connection, theirs, {column: kind})
    ]
    return Compared(schema, name, rows, f"other values in {', '.join(differing) or 'how the columns go together'}")


def _content(connection: duckdb.DuckDBPyConnection, table: str, columns: dict[str, str]) -> int:
    """One number for the rows of a table, in whatever order."""
    read = ", ".join(f'cast("{column}" as {kind})' for column, kind in columns.items())
    return _number(connection, f"select coalesce(sum(cast(hash({read}) as hugeint)), 0) from {table}")


def _columns(connection: duckdb.DuckDBPyConnection, table: str) -> dict[str, str]:
    """The columns of a table and the types they are compared by."""
    described = connection.execute(f"describe from {table}").fetchall()
    return {name: _compared_as(kind) for name, kind, *_ in described}


def _compared_as(kind: str) -> str:
    if kind.endswith("[]"):
        return f"{_compared_as(kind[:-2])}[]"
    if kind in WHOLE:
        return "HUGEINT"
    # Spark writes its moments with the time zone of the session, which is UTC.
    return "TIMESTAMP" if kind.startswith("TIMESTAMP") else kind


def _number(connection: duckdb.DuckDBPyConnection, sql: str) -> int:
    row = connection.execute(sql).fetchone()
    assert row is not None
    return int(row[0])

"""What a release says, as hashes: two files that say the same have the same content, whenever they were made.

Rows are hashed without their order. Left out is when things were done: when files came, at what time of a day a release
spoke, keys that are made from such moments, and the list of releases.
"""

import hashlib
from pathlib import Path

import duckdb

from orchestration.build.engine import one_row

SCHEMAS = ("core", "mart", "reference")
LEFT_OUT_TABLES = {"dim_release"}
MOMENTS = {
    "received_at": "null",
    # What a record says of itself is content.
    "recorded_at": '"{column}"',
    # A release speaks of a day, which is content, at the time of day it happened to be made.
    **dict.fromkeys(("said_at", "said_from_at", "said_to_at", "restated_at"), 'cast("{column}" as date)'),
}
"""Columns that hold a moment of doing, and SQL of what of it is content. Any other time is content as it is."""

KEYS_OF_MOMENTS = {"release_key", "flag_as_said_key", "child_as_said_key", "school_as_said_key", "restatement_key"}
"""Keys that are made from a moment of doing, and point at nothing but their own row."""


def of(file: Path, leave_out: frozenset[str] = frozenset()) -> dict[str, str]:
    """The content of each table of a release's file or a build: `rows:hash`, by `schema.table`.

    `leave_out` names further tables. The hashes are DuckDB's and compare within one of its versions.
    """
    with duckdb.connect(str(file), read_only=True) as connection:
        return of_opened(connection, leave_out)


def of_opened(connection: duckdb.DuckDBPyConnection, leave_out: frozenset[str] = frozenset()) -> dict[str, str]:
    """The same of the database that a connection uses, for instance of a release's encrypted file."""
    columns: dict[str, list[str]] = {}
    for schema, table, column in connection.execute(
        """
        select columns.schema_name, columns.table_name, columns.column_name
        from duckdb_columns() as columns
        inner join duckdb_tables() as tables using (database_name, schema_name, table_name)
        where columns.database_name = current_database() and columns.schema_name in ?
        order by columns.schema_name, columns.table_name, columns.column_index
        """,
        [list(SCHEMAS)],
    ).fetchall():
        if table not in LEFT_OUT_TABLES | leave_out and column not in KEYS_OF_MOMENTS:
            expression = MOMENTS.get(column, '"{column}"').format(column=column)
            columns.setdefault(f"{schema}.{table}", []).append(expression)
    return {name: _of_table(connection, name, chosen) for name, chosen in columns.items()}


def _of_table(connection: duckdb.DuckDBPyConnection, name: str, columns: list[str]) -> str:
    rows, total = one_row(
        connection.execute(f"select count(*), coalesce(sum(hash(row({', '.join(columns)}))::hugeint), 0) from {name}")
    )
    return f"{rows}:{total}"


def digest(content: dict[str, str]) -> str:
    """One sha256 over the content of all tables."""
    return hashlib.sha256(
        "".join(f"{name} {hashed}\n" for name, hashed in sorted(content.items())).encode()
    ).hexdigest()


def differences(one: dict[str, str], other: dict[str, str]) -> list[str]:
    """The tables of which two contents say different things."""
    return sorted(name for name in one.keys() | other.keys() if one.get(name) != other.get(name))

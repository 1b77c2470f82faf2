"""Writes the analysts' file: core, mart, reference and ops of the build, without direct identifiers.

Tables keep their constraints and comments. The file is written fresh, so it is compact, and in DuckDB's oldest storage
format, so that every client from 1.1 on opens it.
"""

from pathlib import Path

import duckdb

from orchestration.build_file import quoted

SCHEMAS = ("core", "mart", "reference", "ops")
WITHHELD = {
    ("core", "dim_child_identity"),
    ("ops", "review_decision"),
    ("ops", "saying"),
    ("ops", "earlier_release"),
    ("ops", "increment"),
}
"""Tables that name a child, or who decided what about one, or are the pipeline's own; they never leave the build."""

STORAGE_VERSION = "v1.0.0"


def write(build_file: Path, target: Path, release_row: dict, memory_limit: str) -> dict[str, int]:
    """Copy what analysts may see from the build into `target`, a new file; returns rows by table.

    `release_row` becomes the one row of ops.release. Raises RuntimeError when a copied table has not the rows of its
    original.
    """
    with duckdb.connect() as connection:
        connection.execute(f"set memory_limit = '{memory_limit}'")
        connection.execute(f"set temp_directory = '{quoted(build_file.parent / 'spill')}'")
        connection.execute(f"attach '{quoted(build_file)}' as build (read_only)")
        connection.execute(f"attach '{quoted(target)}' as release (storage_version '{STORAGE_VERSION}')")
        rows = {
            f"{schema}.{table}": _copy(connection, schema, table, ddl) for schema, table, ddl in _tables(connection)
        }
        _copy_comments(connection)
        describe_release(connection, release_row)
        connection.execute("detach release")
    return rows


def _tables(connection: duckdb.DuckDBPyConnection) -> list[tuple[str, str, str]]:
    found = connection.execute(
        """
        select schema_name, table_name, sql
        from duckdb_tables()
        where database_name = 'build' and schema_name in ?
        order by schema_name, table_name
        """,
        [list(SCHEMAS)],
    ).fetchall()
    return [row for row in found if row[:2] not in WITHHELD]


def _copy(connection: duckdb.DuckDBPyConnection, schema: str, table: str, ddl: str) -> int:
    connection.execute(f"create schema if not exists release.{schema}")
    # The build's own DDL carries types, not-null and primary keys; it names schema and table, so it runs in `release`.
    connection.execute("use release")
    connection.execute(ddl)
    connection.execute("use memory")
    connection.execute(f'insert into release.{schema}."{table}" select * from build.{schema}."{table}"')
    written, expected = connection.execute(
        f'select (select count(*) from release.{schema}."{table}"), (select count(*) from build.{schema}."{table}")'
    ).fetchone()
    if written != expected:
        raise RuntimeError(f"{schema}.{table}: {written} of {expected} rows reached the release")
    return written


def _copy_comments(connection: duckdb.DuckDBPyConnection) -> None:
    statements = connection.execute(
        """
        with released as (
            select schema_name, table_name from duckdb_tables() where database_name = 'release'
        ),

        comments as (
            select schema_name, table_name, 0 as position, 'table' as kind, '' as column_part, comment
            from duckdb_tables()
            where database_name = 'build'

            union all

            select schema_name, table_name, column_index, 'column', '."' || column_name || '"', comment
            from duckdb_columns()
            where database_name = 'build'
        )

        select
            'comment on ' || kind || ' release.' || schema_name || '."' || table_name || '"' || column_part
            || ' is ''' || replace(comment, '''', '''''') || ''''
        from comments
        inner join released using (schema_name, table_name)
        where comment is not null
        order by schema_name, table_name, position
        """
    ).fetchall()
    for (statement,) in statements:
        connection.execute(statement)


def describe_release(connection: duckdb.DuckDBPyConnection, row: dict) -> None:
    """Write ops.release, one row with a description of every column, into the database attached as `release`."""
    columns = {
        "release_id": ("varchar", "The release; its folder and manifest carry the same name."),
        "as_of_date": ("date", "The day the release speaks of."),
        "published_at": ("timestamp", "When it was written, UTC."),
        "run_id": ("varchar", "The run that built it; see ops.delivery_event and ops.check_result."),
        "version": ("varchar", "The version of the code."),
        "code_sha256": ("varchar", "Fingerprint of models, seeds, macros, contracts and pipeline."),
        "inputs_sha256": ("varchar", "Fingerprint of the deliveries and the review decisions it is made of."),
    }
    declared = ", ".join(f"{name} {kind} not null" for name, (kind, _) in columns.items())
    connection.execute("create schema if not exists release.ops")
    connection.execute(f"create or replace table release.ops.release ({declared})")
    marks = ", ".join("?" for _ in columns)
    connection.execute(f"insert into release.ops.release values ({marks})", [row[name] for name in columns])
    connection.execute("comment on table release.ops.release is 'What this release is. Grain: the release (one row).'")
    for name, (_, text) in columns.items():
        connection.execute(f"comment on column release.ops.release.{name} is '{text}'")

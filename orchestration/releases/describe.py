"""Writes into a file of a release what its tables are, and what release it is of."""

from typing import Any

import duckdb


def copy_comments(connection: duckdb.DuckDBPyConnection, database: str) -> None:
    """Describe the tables and columns of an attached database as the build, which is attached too, does its own."""
    statements = connection.execute(
        """
        with comments as (
            select build.schema_name, build.table_name, 0 as position, 'table' as kind, '' as column_part, build.comment
            from duckdb_tables() as build
            inner join duckdb_tables() as released using (schema_name, table_name)
            where build.database_name = 'build' and released.database_name = $database

            union all

            select
                build.schema_name,
                build.table_name,
                build.column_index,
                'column',
                '."' || build.column_name || '"',
                build.comment
            from duckdb_columns() as build
            inner join duckdb_columns() as released using (schema_name, table_name, column_name)
            where build.database_name = 'build' and released.database_name = $database
        )

        select
            'comment on ' || kind || ' ' || $database || '.' || schema_name || '."' || table_name || '"' || column_part
            || ' is ''' || replace(comment, '''', '''''') || ''''
        from comments
        where comment is not null
        order by schema_name, table_name, position
        """,
        {"database": database},
    ).fetchall()
    # At once and in one transaction: each comment would commit on its own, and there are thousands.
    connection.begin()
    connection.execute("; ".join(statement for (statement,) in statements))
    connection.commit()


def describe_release(connection: duckdb.DuckDBPyConnection, database: str, row: dict[str, Any]) -> None:
    """Make ops.release in an attached database, with its one row and comments."""
    columns = {
        "release_id": ("varchar", "The release; its folder and manifest carry the same name."),
        "as_of_date": ("date", "The day the release speaks of."),
        "published_at": ("timestamp", "When it was written, UTC."),
        "run_id": ("varchar", "The run that built it; see ops.delivery_event and ops.check_result."),
        "version": ("varchar", "The version of the code."),
        "code_sha256": (
            "varchar",
            "Fingerprint of models, seeds, macros, contracts and pipeline, and of the council''s settings.",
        ),
        "inputs_sha256": (
            "varchar",
            "Fingerprint of the deliveries, the review decisions and the restrictions it is made of.",
        ),
        "council": ("varchar", "Whose settings were laid over the seeds and contracts; null for none."),
        "council_sha256": ("varchar", "Fingerprint of the folder of these settings."),
    }
    declared = ", ".join(
        f"{name} {kind}{'' if name.startswith('council') else ' not null'}" for name, (kind, _) in columns.items()
    )
    connection.execute(f"create schema if not exists {database}.ops")
    connection.execute(f"create or replace table {database}.ops.release ({declared})")
    marks = ", ".join("?" for _ in columns)
    connection.execute(f"insert into {database}.ops.release values ({marks})", [row.get(name) for name in columns])
    connection.execute(
        f"comment on table {database}.ops.release is 'What this release is. Grain: the release (one row).'"
    )
    for name, (_, text) in columns.items():
        connection.execute(f"comment on column {database}.ops.release.{name} is '{text}'")

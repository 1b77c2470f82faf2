"""Writes the tables of a release's file as Parquet, for tools that have no driver for DuckDB.

Types stay as they are; comments and keys stay behind in the DuckDB file.
"""

from pathlib import Path

import duckdb

from orchestration.build import engine
from orchestration.build.engine import quoted
from orchestration.home import durable
from orchestration.settings import Settings


def write(settings: Settings, file: Path, folder: Path) -> list[Path]:
    """Write every table of `file` to `folder`/<schema>/<table>.parquet, compressed with zstd; returns the files.

    Raises RuntimeError when a file has not the rows of its table.
    """
    with engine.connect(settings) as connection:
        connection.execute(f"attach '{quoted(file)}' as release (read_only)")
        tables = connection.execute(
            """
            select schema_name, table_name
            from duckdb_tables()
            where database_name = 'release'
            order by schema_name, table_name
            """
        ).fetchall()
        for schema in {schema for schema, _ in tables}:
            (folder / schema).mkdir(parents=True, exist_ok=True)
        return [_write_table(connection, schema, table, folder) for schema, table in tables]


def _write_table(connection: duckdb.DuckDBPyConnection, schema: str, table: str, folder: Path) -> Path:
    target = folder / schema / f"{table}.parquet"
    ((written,),) = connection.execute(
        f"copy release.{schema}.\"{table}\" to '{quoted(target)}' (format parquet, compression zstd)"
    ).fetchall()
    ((expected,),) = connection.execute(f'select count(*) from release.{schema}."{table}"').fetchall()
    if written != expected:
        raise RuntimeError(f"{target}: {written} of {expected} rows of {schema}.{table} were written")
    durable.sync(target)
    return target

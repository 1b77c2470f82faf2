"""DuckDB as the warehouse uses it: memory is capped, and what spills lies beside the build, encrypted."""

from importlib.resources import files
from pathlib import Path
from typing import Any

import duckdb

from orchestration.settings import Settings

DAMAGE = (
    "Corrupt database file",
    "Could not read enough bytes",
    "not a valid DuckDB database file",
    "Failure while replaying WAL",
)
"""DuckDB's words for a file whose bytes are not what they were."""


def is_damage(error: duckdb.Error | str) -> bool:
    """Whether an error, or what was said of one, is of damaged bytes."""
    return any(words in str(error) for words in DAMAGE)


def quoted(path: Path) -> str:
    """A path as it stands between the quotes of a SQL statement."""
    return str(path).replace("'", "''")


def connect(settings: Settings, database: Path | None = None, read_only: bool = False) -> duckdb.DuckDBPyConnection:
    """Open a database file, or one in memory, for work on children's rows. A new file appears whole or not at all."""
    if database and not read_only and not database.exists():
        _make(database)
    options: dict[str, str | bool | int | float | list[str]] = {
        "memory_limit": settings.memory_limit,
        "temp_directory": str(settings.build / "spill"),
        "threads": settings.threads,
    }
    connection = duckdb.connect(str(database or ":memory:"), read_only=read_only, config=options)
    connection.execute("set enable_progress_bar = false")
    encrypt(connection)
    return connection


def one_row(answer: duckdb.DuckDBPyConnection | duckdb.DuckDBPyRelation) -> tuple[Any, ...]:
    """The row of a query that always has one, as a count does. Raises LookupError where it has none."""
    row = answer.fetchone()
    if row is None:
        raise LookupError("a query that always has a row has none")
    return tuple(row)


def _make(database: Path) -> None:
    # DuckDB lays a file down before it writes the headers: without room for them it leaves one that opens no more.
    draft = database.with_name(f".{database.name}.part")
    draft.unlink(missing_ok=True)
    try:
        duckdb.connect(str(draft)).close()
        draft.replace(database)
    finally:
        draft.unlink(missing_ok=True)


def encrypt(connection: duckdb.DuckDBPyConnection) -> None:
    """Let a connection write encrypted files, and have its temporary ones encrypted.

    DuckDB reads encrypted files by itself; to write them it wants the OpenSSL of its extension httpfs.
    """
    load(connection, "httpfs")
    connection.execute("set temp_file_encryption = true")


def load(connection: duckdb.DuckDBPyConnection, extension: str) -> None:
    """Load an extension of DuckDB from its package, `duckdb-extension-…`: nothing is downloaded."""
    folder = files(f"duckdb_extension_{extension}") / "extensions" / f"v{duckdb.__version__}"
    connection.execute(f"load '{quoted(Path(str(folder / f'{extension}.duckdb_extension')))}'")

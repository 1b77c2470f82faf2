"""Opens the private build file, the only place where children's rows are worked on."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from orchestration.settings import Settings


def quoted(path: Path) -> str:
    """A path as it stands between the quotes of a SQL statement."""
    return str(path).replace("'", "''")


@contextmanager
def connect(settings: Settings, read_only: bool = False) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection to the build; spilled rows stay beside it, and memory is capped."""
    settings.build.mkdir(parents=True, exist_ok=True)
    options = {"memory_limit": settings.memory_limit, "temp_directory": str(settings.build / "spill")}
    with duckdb.connect(str(settings.build_file), read_only=read_only, config=options) as connection:
        connection.execute("set enable_progress_bar = false")
        yield connection

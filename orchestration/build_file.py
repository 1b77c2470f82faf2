"""Opens the private build file, the only place where children's rows are worked on."""

from collections.abc import Iterator
from contextlib import contextmanager

import duckdb

from orchestration import engine
from orchestration.lock import build_lock
from orchestration.settings import Settings


@contextmanager
def connect(settings: Settings, read_only: bool = False) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection to the build, which is held meanwhile: DuckDB lets a reader in one process stop a writer in another.

    Raises BuildBusyError as `build_lock` does.
    """
    with build_lock(settings), engine.connect(settings, settings.build_file, read_only) as connection:
        yield connection

"""Opens the private build file, the only place where children's rows are worked on."""

from collections.abc import Iterator
from contextlib import contextmanager

import duckdb

from orchestration import engine
from orchestration.settings import Settings


@contextmanager
def connect(settings: Settings, read_only: bool = False) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection to the build."""
    settings.build.mkdir(parents=True, exist_ok=True)
    with engine.connect(settings, settings.build_file, read_only) as connection:
        yield connection

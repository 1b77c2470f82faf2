"""A small SQLite file below EARLYHELP_HOME/dashboard, for its owner alone, shared by every process that serves."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager

from orchestration.home import durable
from orchestration.settings import Settings

WAITS_SECONDS = 10
"""How long a process waits for another that writes."""


class Database:
    """The file of a name, with its tables."""

    def __init__(self, settings: Settings, name: str, tables: str) -> None:
        self._path = settings.home / "dashboard" / name
        self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        if not self._path.exists():
            durable.write_bytes(self._path, b"", mode=0o600)
        with self.open() as connection:
            connection.executescript(tables)

    @contextmanager
    def open(self) -> Iterator[sqlite3.Connection]:
        """A connection in one transaction: all that is done with it holds, or nothing."""
        with closing(sqlite3.connect(self._path, timeout=WAITS_SECONDS)) as connection, connection:
            yield connection

"""A small SQLite file below EARLYHELP_HOME/dashboard, for its owner alone, shared by every process that serves."""

import errno
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager

from orchestration.home import durable
from orchestration.settings import Settings

WAITS_SECONDS = 10
"""How long a process waits for another that writes."""
OF_THE_DISK = {sqlite3.SQLITE_FULL: errno.ENOSPC, sqlite3.SQLITE_IOERR: errno.EIO}
"""What SQLite says of a disk, and what the system does; the kind of an error stands in its last eight bits."""


class Database:
    """The file of a name, with its tables. What is deleted is overwritten: nothing of it can be read in the file."""

    def __init__(self, settings: Settings, name: str, tables: str) -> None:
        self._path = settings.home / "dashboard" / name
        self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        if not self._path.exists():
            durable.write_bytes(self._path, b"", mode=0o600)
        with self.open() as connection:
            connection.executescript(tables)

    @contextmanager
    def open(self) -> Iterator[sqlite3.Connection]:
        """A connection in one transaction: all that is done with it holds, or nothing.

        Raises OSError when there is no room, or the disk fails.
        """
        try:
            with closing(sqlite3.connect(self._path, timeout=WAITS_SECONDS)) as connection, connection:
                connection.execute("pragma secure_delete = on")
                yield connection
        except sqlite3.OperationalError as problem:
            number = OF_THE_DISK.get(problem.sqlite_errorcode & 0xFF)
            if number is None:
                raise
            raise OSError(number, os.strerror(number), str(self._path)) from None


def exists(settings: Settings, name: str) -> bool:
    """Whether there ever was anything to write down in the file of a name."""
    return (settings.home / "dashboard" / name).exists()

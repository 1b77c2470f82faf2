"""The files of releases, opened to be read: kept open for the next page, and never two releases in one page.

Opening a file takes some milliseconds, its catalogue some more, and a MiB and a half. So the last files read stay
attached, and as many of the release in force are opened before the first page is asked for.
"""

import threading
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb

from orchestration.releases import reading, store
from orchestration.releases.store import Release
from orchestration.settings import Settings

ANALYSTS = reading.ANALYSTS
KEPT_OPEN = 32
MEMORY = "96MB"
"""What DuckDB may keep of the files that it has read, in each process: the system keeps them too."""

Row = dict[str, Any]


class NothingPublished(LookupError):
    """There is no release in force."""


@dataclass
class _Attached:
    alias: str
    readers: int = 0


@dataclass(frozen=True)
class Tables:
    """The tables of one file of one release, to be asked."""

    release: Release
    audience: str
    _connection: duckdb.DuckDBPyConnection = field(repr=False)

    @property
    def has_names(self) -> bool:
        """Whether the children of the file are named in it: the analysts' tells of nobody by name."""
        return self.audience != ANALYSTS

    def rows(self, sql: str, **parameters: Any) -> list[Row]:
        """The rows of a query, each by its columns' names. Values go in as parameters, `$name` in the statement."""
        answer = self._connection.execute(sql, parameters)
        columns = [column[0] for column in answer.description or []]
        return [dict(zip(columns, row, strict=True)) for row in answer.fetchall()]

    def row(self, sql: str, **parameters: Any) -> Row | None:
        """The first row, or None."""
        return next(iter(self.rows(sql, **parameters)), None)


class Published:
    """What is published under a home, for as long as the process lives."""

    def __init__(self, settings: Settings, kept_open: int = KEPT_OPEN) -> None:
        self._settings = settings
        self._kept_open = kept_open
        self._root = reading.connect(settings)
        self._root.execute(f"set memory_limit = '{MEMORY}'")
        self._lock = threading.Lock()
        self._attached: OrderedDict[tuple[Path, str], _Attached] = OrderedDict()
        self._number = 0
        self._in_force: tuple[Path, Release] | None = None

    def in_force(self) -> Release:
        """The release in force at this moment. A page asks once and stays with the answer.

        Raises NothingPublished, and DamagedRelease when its manifest cannot be read.
        """
        folder = self._settings.current.resolve()
        known = self._in_force
        if known and known[0] == folder:
            return known[1]
        release = store.in_force(self._settings)
        if release is None:
            raise NothingPublished("Nothing is published yet.")
        self._in_force = (release.folder, release)
        return release

    def warm(self) -> None:
        """Open the files of the release in force, as many as are kept open, the analysts' last: it is always asked."""
        release = self.in_force()
        audiences = sorted(
            entry["audience"] for path, entry in release.manifest["files"].items() if path.endswith(".duckdb")
        )
        places = [name for name in audiences if "/" in name][: self._kept_open - 1]
        for audience in (*places, ANALYSTS):
            with self.tables(release, audience):
                pass

    @contextmanager
    def tables(self, release: Release, audience: str) -> Iterator[Tables]:
        """The tables of an audience's file of a release. Raises LookupError when the release has no file for it."""
        key = (release.folder, audience)
        alias = self._enter(key, release, audience)
        try:
            connection = self._root.cursor()
            try:
                connection.execute(f"use {alias}")
                yield Tables(release, audience, connection)
            finally:
                connection.close()
        finally:
            self._leave(key)

    def _enter(self, key: tuple[Path, str], release: Release, audience: str) -> str:
        with self._lock:
            if key not in self._attached:
                self._number += 1
                alias = f"file_{self._number}"
                reading.attach(self._root, self._settings, release, alias, audience)
                self._attached[key] = _Attached(alias)
            self._attached.move_to_end(key)
            self._attached[key].readers += 1
            return self._attached[key].alias

    def _leave(self, key: tuple[Path, str]) -> None:
        with self._lock:
            self._attached[key].readers -= 1
            idle = [other for other, attached in self._attached.items() if not attached.readers]
            # Files of a release that is in force no more hold its bytes on the disk.
            left = [other for other in idle if self._in_force and other[0] != self._in_force[0]]
            surplus = [other for other in idle if other not in left][: max(0, len(self._attached) - self._kept_open)]
            for other in (*left, *surplus):
                # Whoever still has a cursor on it keeps it until the next page.
                with suppress(duckdb.Error):
                    self._root.execute(f"detach {self._attached[other].alias}")
                    del self._attached[other]

    def close(self) -> None:
        self._root.close()

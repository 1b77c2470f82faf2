"""The files of releases, opened to be read: kept open for the next page, and never two releases in one page.

Opening a file takes some milliseconds, its catalogue some more, and a MiB and a half. So the last files read stay
attached, and as many of the release in force are opened before the first page is asked for.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

import duckdb

from dashboard import overlay
from dashboard.laid import NOT_OPTIMIZED, Laid
from orchestration.home.entries import Events
from orchestration.releases import reading, store
from orchestration.releases.store import Release
from orchestration.settings import Settings

ANALYSTS = reading.ANALYSTS
KEPT_OPEN = 12
MEMORY = "256MB"
"""What DuckDB may keep, in each process, of the files that it has read (the system keeps them too) and of what lies
over them. Laying entries over a zone takes some of it while it lasts."""

DECIDED_ON = "select count(*) as children_count from core.fct_huddle_review where huddle_key = $huddle"

Row = dict[str, Any]
Key = tuple[Path, str]
"""Of what is attached: the release's folder, and which of its files or what over it."""
Attach = Callable[[str, Laid | None], Laid | None]
"""Attaches a database under an alias, or fills the one that it is of anew."""


class NothingPublished(LookupError):
    """There is no release in force."""


@dataclass
class _Attached:
    """A database of the connection: a file, or what was `laid` (None: nothing) `over` an audience's file."""

    alias: str
    laid: Laid | None = None
    over: Key | None = None
    readers: int = 0


@dataclass(frozen=True)
class _Concerning:
    """The events that a file tells of and does not know, about its children and of huddles, among so many of the
    journal, the last of them of an id; and all about huddles, which may come to concern it with a child's."""

    looked_at: int = 0
    last_event_id: str = ""
    of_children: Events = ()
    of_huddles: Events = ()
    all_of_huddles: Events = ()

    @property
    def events(self) -> Events:
        return tuple(sorted((*self.of_children, *self.of_huddles), key=lambda event: event.event_id))

    def is_of(self, events: Events) -> bool:
        """Whether the journal only grew since: an erasure writes it anew."""
        return not self.looked_at or (
            len(events) >= self.looked_at and events[self.looked_at - 1].event_id == self.last_event_id
        )

    @property
    def version(self) -> str:
        events = self.events
        return f"{events[-1].event_id if events else ''} {len(events)}"


@dataclass(frozen=True)
class Tables:
    """The tables of one file of one release, to be asked."""

    release: Release
    audience: str
    _connection: duckdb.DuckDBPyConnection = field(repr=False)
    _laid: Laid | None = field(default=None, repr=False)
    _as_published: duckdb.DuckDBPyConnection | None = field(default=None, repr=False)

    @property
    def has_names(self) -> bool:
        """Whether the children of the file are named in it: the analysts' tells of nobody by name."""
        return self.audience != ANALYSTS

    def rows(self, sql: str, **parameters: Any) -> list[Row]:
        """The rows of a query, each by its columns' names. Values go in as parameters, `$name` in the statement.

        What names a `$child` asks of that child alone: where nothing was entered about them, it asks the file.
        """
        answer = self._asked(sql, parameters.get("child")).execute(sql, parameters)
        columns = [column[0] for column in answer.description or []]
        return [dict(zip(columns, row, strict=True)) for row in answer.fetchall()]

    def row(self, sql: str, **parameters: Any) -> Row | None:
        """The first row, or None."""
        return next(iter(self.rows(sql, **parameters)), None)

    def decided_on(self, huddle: str) -> int:
        """How many children a huddle decided on so far."""

        def count() -> int:
            ((found,),) = (row.values() for row in self.rows(DECIDED_ON, huddle=huddle))
            return int(found)

        return self._laid.decided_on(huddle, count) if self._laid else count()

    def _asked(self, sql: str, child: str | None) -> duckdb.DuckDBPyConnection:
        """The session that answers a query, with what it asks for laid over the file."""
        if self._laid is None:
            return self._connection
        if self._as_published and child and not self._laid.is_about(child):
            return self._as_published
        self._laid.make(sql)
        return self._connection


class Published:
    """What is published under a home, for as long as the process lives."""

    def __init__(self, settings: Settings, kept_open: int = KEPT_OPEN, memory: str = MEMORY) -> None:
        self._settings = settings
        self._kept_open = kept_open
        self._root = reading.connect(settings)
        self._root.execute(f"set memory_limit = '{memory}'")
        # A page's questions are small: to share one out among threads takes more than to answer it. Pages that are
        # asked for at once have a thread each all the same.
        self._root.execute("set threads = 1")
        self._root.execute(f"set disabled_optimizers = '{NOT_OPTIMIZED}'")
        self._lock = threading.Lock()
        self._attached: OrderedDict[Key, _Attached] = OrderedDict()
        self._newest: dict[Key, Key] = {}
        self._concerning: dict[Key, _Concerning] = {}
        self._grounds: dict[tuple[str, str], overlay.Ground] = {}
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
        with self._file(release, audience) as alias, self._cursor() as connection:
            connection.execute(f"use {alias}")
            yield Tables(release, audience, connection)

    @contextmanager
    def tables_today(self, release: Release, audience: str, events: Events, today: date) -> Iterator[Tables]:
        """The same with what was entered since, up to a day, laid over it. Raises as `tables` does.

        `events` is the journal, which only grows: as long as it has so many events it is the same.
        """
        if not events:
            with self.tables(release, audience) as tables:
                yield tables
            return
        with self._file(release, audience) as file, self._file(release, ANALYSTS) as analysts:
            catalogs = overlay.Catalogs(file, analysts, "")
            ground = self._ground_of(catalogs)
            if not ground.models:
                with self.tables(release, audience) as tables:
                    yield tables
                return
            over = (release.folder, audience)
            concerning = self._of_file(over, catalogs, events, today)
            version = f"{audience} {concerning.version} {today} {file} {analysts}"
            lay = self._lay(catalogs, ground, audience, today, concerning.events)
            with (
                self._held((release.folder, version), lay, over) as attached,
                self._cursor() as connection,
                self._cursor() as as_published,
            ):
                as_published.execute(f"use {file}")
                before = {model.schema_name for model in ground.models} if attached.laid else ()
                places = [f"{attached.alias}.{schema}" for schema in overlay.SHOWN if schema in before]
                places += [f"{file}.{schema}" for schema in ground.schemas]
                connection.execute(f"set search_path = '{','.join(places)}'")
                yield Tables(release, audience, connection, attached.laid, as_published)

    def _ground_of(self, catalogs: overlay.Catalogs) -> overlay.Ground:
        """What is known of a file that is open: its alias is never another's."""
        key = (catalogs.file, catalogs.analysts)
        if key not in self._grounds:
            with self._cursor() as connection:
                found = overlay.ground(connection, catalogs)
            with self._lock:
                open_now = {attached.alias for attached in self._attached.values()}
            kept = {one: ground for one, ground in self._grounds.items() if open_now.issuperset(one)}
            self._grounds = kept | {key: found}
            return found
        return self._grounds[key]

    def _of_file(self, over: Key, catalogs: overlay.Catalogs, events: Events, today: date) -> _Concerning:
        """The events of which a file tells: of those about children only what came since the last time is looked up."""
        known = self._concerning.get(over, _Concerning())
        if not known.is_of(events):
            known = _Concerning()
        if len(events) > known.looked_at:
            new = events[known.looked_at :]
            all_of_huddles = known.all_of_huddles + tuple(event for event in new if not event.child_durable_key)
            with self._cursor() as connection:
                of_children = known.of_children + overlay.concerning(connection, catalogs, new)
                of_huddles, named = known.of_huddles, overlay.huddles_named(of_children)
                # A huddle may have been planned long before one of the children was spoken about there.
                if len(all_of_huddles) > len(known.all_of_huddles) or named != overlay.huddles_named(known.of_children):
                    overlay.prepare(connection, over[1], today)
                    of_huddles = overlay.of_huddles(connection, catalogs, all_of_huddles, named)
            known = _Concerning(len(events), events[-1].event_id, of_children, of_huddles, all_of_huddles)
            # Of releases that are in force no more nothing is kept.
            self._concerning = {one: of for one, of in self._concerning.items() if one[0] == over[0]} | {over: known}
        return known

    @contextmanager
    def _cursor(self) -> Iterator[duckdb.DuckDBPyConnection]:
        connection = self._root.cursor()
        try:
            yield connection
        finally:
            connection.close()

    @contextmanager
    def _file(self, release: Release, audience: str) -> Iterator[str]:
        def attach(alias: str, _: Laid | None) -> None:
            reading.attach(self._root, self._settings, release, alias, audience)

        with self._held((release.folder, audience), attach) as attached:
            yield attached.alias

    def _lay(self, of: overlay.Catalogs, ground: overlay.Ground, audience: str, today: date, events: Events) -> Attach:
        def lay(alias: str, before: Laid | None) -> Laid | None:
            laid = before if before and before.can_be_filled_again(of, today) else None
            if laid is None:
                if before:
                    before.close()
                    self._root.execute(f"detach {alias}")
                self._root.execute(f"attach ':memory:' as {alias}")
                laid = Laid(self._root.cursor(), replace(of, overlay=alias), ground, today)
            try:
                if laid.begin(audience, events):
                    return laid
                laid.close()
                return None
            except BaseException:
                laid.close()
                self._root.execute(f"detach {alias}")
                raise

        return lay

    @contextmanager
    def _held(self, key: Key, attach: Attach, over: Key | None = None) -> Iterator[_Attached]:
        """The database of a key, attached by `attach` if it is not yet, for as long as it is read."""
        with self._lock:
            if key not in self._attached:
                before = self._outdated(over) if over else None
                if before is None:
                    self._number += 1
                    before = _Attached(f"file_{self._number}")
                self._attached[key] = _Attached(before.alias, attach(before.alias, before.laid), over)
                if over:
                    self._newest = {one: of for one, of in self._newest.items() if one[0] == over[0]} | {over: key}
            self._attached.move_to_end(key)
            attached = self._attached[key]
            attached.readers += 1
        try:
            yield attached
        finally:
            self._leave(key)

    def _outdated(self, over: Key) -> _Attached | None:
        """Take away what lay over a file before somebody entered something else, if nobody reads it any more."""
        key = self._newest.get(over)
        found = self._attached.get(key) if key else None
        if key is None or found is None or found.readers or found.laid is None:
            return None
        return self._attached.pop(key)

    def _leave(self, key: Key) -> None:
        with self._lock:
            self._attached[key].readers -= 1
            idle = [other for other, attached in self._attached.items() if not attached.readers]
            # Files of a release that is in force no more hold its bytes on the disk.
            left = [other for other in idle if self._in_force and other[0] != self._in_force[0]]
            # And what lay over a file before somebody entered something else is asked for no more.
            left += [
                other for other in idle if (over := self._attached[other].over) and self._newest.get(over) != other
            ]
            left = list(dict.fromkeys(left))
            surplus = [other for other in idle if other not in left][: max(0, len(self._attached) - self._kept_open)]
            for other in (*left, *surplus):
                if other in self._attached:
                    self._detach(other)

    def _detach(self, key: Key) -> None:
        attached = self._attached[key]
        for other in [one for one, of in self._attached.items() if of.over == key]:
            self._detach(other)
        if attached.laid:
            # Its plans hold the file that they read.
            attached.laid.close()
            del self._attached[key]
        # Whoever still has a cursor on it keeps it until the next page.
        with suppress(duckdb.Error):
            self._root.execute(f"detach {attached.alias}")
            self._attached.pop(key, None)

    def close(self) -> None:
        for attached in self._attached.values():
            if attached.laid:
                attached.laid.close()
        self._root.close()

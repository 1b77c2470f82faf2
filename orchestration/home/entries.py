"""What staff enter on the dashboard about responses and huddles: a chained log, a line for each event, never changed.

Lines are appended to EARLYHELP_HOME/dashboard/events.jsonl, on the disk before anybody is told that they are saved.
They hold keys and codes: no name, no UPN. The one free text is a note, where a council turned notes on; it goes no
further than this log (`without_words`). A mistake is put right by a correcting event.
"""

import fcntl
import json
import os
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Literal, TypeVar

from orchestration.home import audit
from orchestration.settings import Settings

Kind = Literal["opened", "reviewed", "closed", "withdrawn"]
"""An event that is withdrawn is corrected by one that takes it back."""

HuddleKind = Literal["planned", "held", "cancelled", "added", "postponed", "unlisted", "decided", "undecided"]
"""Of a huddle as a whole the first three, the others of a child at it. Who plans it anew moves it."""


@dataclass(frozen=True, slots=True)
class ResponseEvent:
    """One event of a response. Dates are days in ISO form; `recorded_at` is UTC, later than that of every line before.

    `event_id` sorts as the events were recorded. `response_id` is given where the response was opened by this event;
    other responses are known by `response_key` alone. `form_id` is of the form that was sent: a form that is sent twice
    is one event. `expects_event_key` is the child's last event that its author saw; None where there was none.
    `note_class` is the class of ref_sensitivity_class that the note was written under.
    """

    event_id: str
    response_event_key: str
    response_id: str | None
    response_key: str
    child_durable_key: str
    release_id: str
    school_id: str
    event_kind: Kind
    event_date: str
    recorded_at: str
    recorded_by: str
    response_code: str
    status_code: str | None
    current_progress: str | None
    overall_progress: str | None
    review_due_date: str | None
    agency_code: str | None
    lead_user_key: str | None
    corrects_response_event_key: str | None
    expects_event_key: str | None
    form_id: str
    note: str | None = None
    note_class: str | None = None


@dataclass(frozen=True, slots=True)
class HuddleEvent:
    """One thing said of a huddle or, with `child_durable_key`, of a child at it. Moments and ids as of a ResponseEvent.

    `huddle_id` is given where the huddle was planned by this event; others are known by `huddle_key` alone.
    `agency_codes` are of who was there, with blanks between them; `agency_code` is of who does what was decided, by
    `due_date`. `expects_event_id` is the last line of the journal that its author saw of what it is about.
    """

    event_id: str
    huddle_key: str
    huddle_id: str | None
    school_id: str
    release_id: str
    event_kind: HuddleKind
    event_date: str
    recorded_at: str
    recorded_by: str
    form_id: str
    expects_event_id: str | None = None
    huddle_date: str | None = None
    places: int | None = None
    agency_codes: str | None = None
    child_durable_key: str | None = None
    decision_code: str | None = None
    response_key: str | None = None
    agency_code: str | None = None
    due_date: str | None = None


Event = ResponseEvent | HuddleEvent
Events = tuple[Event, ...]
"""What the journal holds, oldest first."""

Stamp = tuple[str, datetime]
"""What an event gets when it is written: its id and its moment."""

REPEATED = {
    "child_durable_key",
    "release_id",
    "school_id",
    "event_kind",
    "event_date",
    "recorded_by",
    "response_code",
    "status_code",
    "current_progress",
    "overall_progress",
    "review_due_date",
    "agency_code",
    "lead_user_key",
    "huddle_key",
    "huddle_date",
    "decision_code",
    "due_date",
    "note_class",
}
"""Fields whose values many events share: each is held once, for a journal is held as a whole by every process."""

WORDS = ("note", "note_class")
"""Fields that only the pages of who may read notes, subject access and erasure know of."""

TODAYS_CHILDREN = """
    select earlier_child_durable_key, any_value(child_durable_key) as child_durable_key
    from {bridge}
    where earlier_child_durable_key in ({keys})
    group by earlier_child_durable_key
    having count(distinct child_durable_key) = 1
"""
"""SQL: of keys by which events speak of children, as the release of their day did, the key today; of a child who was
found to be several, none. `bridge` is brg_earlier_child__child, `keys` a query."""

Written = TypeVar("Written", ResponseEvent, HuddleEvent)


def log_of(settings: Settings) -> Path:
    return settings.home / "dashboard" / "events.jsonl"


class Journal:
    """The log, read as it grows: each line once, however often it is asked for."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._path = log_of(settings)
        self._reading = threading.Lock()
        self._file: tuple[int, int] | None = None
        self._read_to = 0
        self._events: Events = ()

    @property
    def events(self) -> Events:
        """Every event, oldest first. Raises ValueError for a line that is none."""
        with self._reading:
            try:
                found = self._path.stat()
            except FileNotFoundError:
                self._file, self._read_to, self._events = None, 0, ()
                return ()
            file = (found.st_dev, found.st_ino)
            if file != self._file or found.st_size < self._read_to:
                # Written anew, as by an erasure.
                self._file, self._read_to, self._events = file, 0, ()
            if found.st_size > self._read_to:
                with self._path.open("rb") as log:
                    log.seek(self._read_to)
                    # What has no end yet is being written, or was torn: no event of ours.
                    whole, end, _ = log.read().rpartition(b"\n")
                read = (self._event(line) for line in whole.split(b"\n") if line.strip())
                self._events += tuple(event for event in read if event)
                self._read_to += len(whole) + len(end)
            return self._events

    def append(self, make: Callable[[Events, Stamp], Written | None]) -> Written | None:
        """Write the event that `make` makes of those before it; on the disk when this returns.

        Nobody else writes between what `make` sees and its event. None where it makes none. Raises OSError when there
        is no room, and leaves the log as it was.
        """
        with self._alone():
            before = self.events
            event = make(before, _stamp(before))
            if event:
                audit.append(self._path, [asdict(event)])
            return event

    @contextmanager
    def _alone(self) -> Iterator[None]:
        self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        lock = os.open(self._path.with_suffix(".lock"), os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield
        finally:
            os.close(lock)

    def _event(self, line: bytes) -> Event | None:
        found = json.loads(line)
        found.pop("chain", None)
        for name in found.keys() & REPEATED:
            found[name] = found[name] and sys.intern(found[name])
        if audit.REWRITTEN in found:
            return None
        try:
            return HuddleEvent(**found) if "huddle_key" in found else ResponseEvent(**found)
        except TypeError:
            raise ValueError(
                f"{self._path} holds a line that is no event. Restore the log; `earlyhelp verify` says what it lacks."
            ) from None


def without_words(event: Event) -> dict[str, Any]:
    """What tables are made of: an event's keys, codes and days, and no note."""
    return {name: value for name, value in asdict(event).items() if name not in WORDS}


def of_child(settings: Settings, child_durable_key: str) -> list[Event]:
    """The events about one child, oldest first."""
    return [event for event in Journal(settings).events if event.child_durable_key == child_durable_key]


def _stamp(before: Events) -> Stamp:
    """The next event's id and moment: after the last one's, also where the clock was set back."""
    now = datetime.now(UTC).replace(tzinfo=None)
    if before:
        now = max(now, datetime.fromisoformat(before[-1].recorded_at) + timedelta(microseconds=1))
    return f"E{now:%Y%m%d%H%M%S%f}", now

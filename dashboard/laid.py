"""What was entered, laid over a file of a release, and filled anew with each entry by plans that are kept."""

import json
import re
import threading
from collections.abc import Callable, Iterable
from datetime import date
from typing import Any

import duckdb

from dashboard import overlay
from dashboard import overlay_logs as logs
from dashboard.overlay import Catalogs, Ground, Model
from orchestration.home.entries import Event, HuddleEvent, without_words

NOT_OPTIMIZED = "statistics_propagation, compressed_materialization, join_order, common_subplan"
"""Optimizers of DuckDB's that are off where plans are kept. The first two would have a plan rest on the least and the
most that a table held when it was made. The others take longer than they save on these few rows."""
MOST_TIMES_FILLED = 200
READ = re.compile(r"\$overlay\.\w+\.(\w+)")
MADE_OF_HUDDLES = {"fct_huddle_event", "fct_huddle", "fct_huddle_attendance"}
"""Tables that say the same until something else is said of a huddle: what is said of a child there changes none."""
AGENDA = "mart_huddle_agenda"
SPOKEN_ABOUT = f"""
    delete from $overlay.main.{AGENDA}
    where
        huddle_key = $huddle and child_durable_key = $child
        and has_place and huddle_date <= getvariable('as_of_date')
    returning agenda_position
"""
MOVED_UP = f"""
    update $overlay.main.{AGENDA} set agenda_position = agenda_position - 1
    where huddle_key = $huddle and agenda_position > $position
"""
COMPARED = {"touched_huddle"}
"""Tables of keys that most entries leave as they were, though what they are made of changed."""


class Laid:
    """What was entered, laid over a file: a table when it is first asked for, and those that it is made of.

    It is filled anew, by the plans that filled it before, when something else is entered: to plan a statement takes
    DuckDB as long as to run it on these few rows. What is made of nothing that changed since stays as it is. It has a
    session of its own, which holds the plans.
    """

    def __init__(self, connection: duckdb.DuckDBPyConnection, catalogs: Catalogs, ground: Ground, today: date) -> None:
        self._connection = connection
        self._catalogs = catalogs
        self._today = today
        self._times_begun = 0
        self._models = {model.model_name: model for model in ground.models}
        self._lock = threading.Lock()
        self._made: set[str] = set()
        self._giving_way: dict[str, bool] = {}
        self._entered: dict[str, tuple[Event, ...]] = {}
        self._filled: dict[str, int] = {}
        self._versions: dict[str, int] = {}
        self._made_of: dict[str, list[object]] = {}
        self._compared: dict[str, object] = {}
        self._children: frozenset[str] = frozenset()
        self._of_huddles: dict[str, int] = {}
        self._on_agenda: dict[str, tuple[Event, ...]] | None = None
        self._decided_on: dict[str, int] = {}
        self._planned: set[str] = set()
        self._shown: dict[str, str] = {}

    def can_be_filled_again(self, of: Catalogs, today: date) -> bool:
        """Whether it lies over these files on this day, and not too often filled: of rows that went something stays."""
        is_same = (self._catalogs.file, self._catalogs.analysts, self._today) == (of.file, of.analysts, today)
        return is_same and self._times_begun < MOST_TIMES_FILLED

    def begin(self, audience: str, events: Iterable[Event]) -> bool:
        """Take the events that concern an audience's file in the place of those before; False, and nothing lies over
        the file, where there are none up to the day."""
        self._made, self._giving_way = set(), {}
        if not self._times_begun:
            overlay.prepare(self._connection, audience, self._today)
            self._execute("create table $overlay.main.entry (line json)")
            for schema in sorted({model.schema_name for model in self._models.values()}):
                self._execute(f"create schema $overlay.{schema}")
        self._times_begun += 1
        by_kind: dict[str, list[Event]] = {name: [] for name in logs.NEW_EVENTS}
        for event in events:
            by_kind[_kind(event)].append(event)
        for name, own in by_kind.items():
            if self._entered.get(name) != tuple(own):
                self._execute("delete from $overlay.main.entry")
                self._execute(logs.ENTRIES, {"events": json.dumps([without_words(event) for event in own])})
                self._versions["entry"] = self._versions.get("entry", 0) + 1
                self._fill(name, logs.NEW_EVENTS[name])
                self._entered[name] = tuple(own)
        if not any(self._filled[f"$overlay.main.{name}"] for name in logs.NEW_EVENTS):
            return False
        self._fill("touched_child", logs.TOUCHED_CHILDREN)
        self._children = frozenset(key for (key,) in self._execute(overlay.CHILDREN).fetchall())
        self._fill("touched_huddle", logs.TOUCHED_HUDDLES)
        return True

    def is_about(self, child: str) -> bool:
        """Whether anything of what pages show of a child may be another than what is published."""
        return child in self._children

    def decided_on(self, huddle: str, count: Callable[[], int]) -> int:
        """How many children a huddle decided on: counted once, and from then on each who leaves the agenda for it.

        The tables of what huddles decided are not made again for a number: they take longer than all else that a page
        of the next child asks.
        """
        with self._lock:
            is_of_agenda = AGENDA in self._made
            if is_of_agenda and huddle in self._decided_on:
                return self._decided_on[huddle]
        found = count()
        if is_of_agenda:
            self._decided_on[huddle] = found
        return found

    def close(self) -> None:
        """Let go of the plans."""
        self._connection.close()

    def make(self, sql: str) -> None:
        """Make the tables that a query names, of what was begun."""
        asked = set(overlay.NAMED.findall(sql)) & set(self._models)
        if asked <= self._made:
            return
        with self._lock:
            for name in sorted(asked):
                self._make(self._models[name])

    def _make(self, model: Model) -> None:
        """Make a table after those that its SQL names, unless it is there."""
        name, of_file = model.model_name, f"$file.{model.schema_name}.{model.model_name}"
        if name in self._made:
            return
        if self._is_as_it_was(name) or (name == AGENDA and self._move_up()):
            self._made.add(name)
            return
        column = overlay.REPLACED.get(name)
        if column and not self._gives_way(column):
            self._show(model, f"select * from {of_file}")
        elif column:
            self._make_needed(model)
            # All of a published table is seen: rows made again in the place of those that give way to them.
            of_these = f"{column} in (from $overlay.main.of_{column})"
            self._fill(name, f"select * from ({model.sql}) where {of_these}")
            stays = f"select * from {of_file} where ({of_these}) is not true"
            self._show(model, f"{stays} union all by name select * from $overlay.main.{name}")
            if name == AGENDA:
                self._on_agenda = dict(self._entered)
            if name in MADE_OF_HUDDLES:
                self._of_huddles[name] = self._versions["huddle_event"]
        else:
            self._make_needed(model)
            self._fill(name, logs.LOGS.get(model.log_of or "", model.sql), model.schema_name)
        self._made.add(name)

    def _is_as_it_was(self, name: str) -> bool:
        return name in MADE_OF_HUDDLES and self._of_huddles.get(name) == self._versions["huddle_event"]

    def _move_up(self) -> bool:
        """Take from the agenda whom its huddle decided on since it was made, and have those after them move up: who had
        a place leaves as many as there were to the others. False, and it must be made again, where anything else was
        said since, or they had none."""
        before, self._on_agenda = self._on_agenda, None
        decided_on, self._decided_on = self._decided_on, {}
        decided = self._decided_since(before) if before else None
        if decided is None:
            return False
        # Made again it says the same, but is not what it was made of.
        self._made_of.pop(AGENDA, None)
        for event in decided:
            of_event = {"huddle": event.huddle_key, "child": event.child_durable_key}
            left = self._execute(SPOKEN_ABOUT, of_event).fetchall()
            if len(left) != 1:
                return False
            self._execute(MOVED_UP, {"huddle": event.huddle_key, "position": left[0][0]})
            if event.huddle_key in decided_on:
                decided_on[event.huddle_key] += 1
        self._on_agenda, self._decided_on = dict(self._entered), decided_on
        return True

    def _decided_since(self, before: dict[str, tuple[Event, ...]]) -> list[HuddleEvent] | None:
        """The decisions that came behind what was entered before, None if anything else did."""
        own, was = self._entered["huddle_child_event"], before["huddle_child_event"]
        new = [event for event in own[len(was) :] if isinstance(event, HuddleEvent)]
        are_decisions = all(
            event.event_kind == "decided" and event.event_date <= self._today.isoformat() for event in new
        )
        is_all = before | {"huddle_child_event": own} == self._entered and own[: len(was)] == was
        return new if is_all and are_decisions else None

    def _make_needed(self, model: Model) -> None:
        for name in model.needs:
            self._make(self._models[name])

    def _gives_way(self, column: str) -> bool:
        """Whether any rows of the file's tables give way by this column; which, is kept in the table of_<column>."""
        if column not in self._giving_way:
            self._giving_way[column] = bool(self._fill(f"of_{column}", overlay.GIVES_WAY[column]))
        return self._giving_way[column]

    def _fill(self, name: str, sql: str, schema: str = "main") -> int:
        """Fill a table anew, unless nothing changed of what it is made of, and say with how many rows. What is filled
        once needs no plan that is kept."""
        stands = f"$overlay.{schema}.{name}"
        made_of = [self._version(other) for other in sorted(set(READ.findall(sql)))]
        if self._made_of.get(name) == made_of:
            return self._filled[stands]
        # Should it fail half way, it is made of nothing that is known.
        self._made_of.pop(name, None)
        if stands not in self._filled:
            counted = self._execute(f"create table {stands} as {sql}")
        else:
            if stands not in self._planned:
                self._execute(f"prepare {name} as insert into {stands} {sql}")
                self._planned.add(stands)
            if self._filled[stands]:
                self._execute(f"delete from {stands}")
            counted = self._execute(f"execute {name}")
        ((self._filled[stands],),) = counted.fetchall()
        holds = sorted(self._execute(f"from {stands}").fetchall()) if name in COMPARED else None
        if holds is None or self._compared.get(name) != holds:
            self._versions[name] = self._versions.get(name, 0) + 1
            self._compared[name] = holds
        self._made_of[name] = made_of
        return self._filled[stands]

    def _version(self, name: str) -> object:
        """What is another each time that what a table holds changed; of a published table, what is seen of it."""
        own = self._versions.get(name, 0)
        column = overlay.REPLACED.get(name)
        return (own, self._shown.get(name), self._versions.get(f"of_{column}", 0)) if column else own

    def _show(self, model: Model, sql: str) -> None:
        """Have a published table be seen as a query has it."""
        if self._shown.get(model.model_name) != sql:
            self._execute(f"create or replace view $overlay.{model.schema_name}.{model.model_name} as {sql}")
            self._shown[model.model_name] = sql

    def _execute(self, sql: str, values: dict[str, Any] | None = None) -> duckdb.DuckDBPyConnection:
        return self._connection.execute(overlay.named(sql, self._catalogs), values or {})


def _kind(event: Event) -> str:
    """Of NEW_EVENTS, whose event it is."""
    if isinstance(event, HuddleEvent):
        return "huddle_child_event" if event.child_durable_key else "huddle_event"
    return "response_event"

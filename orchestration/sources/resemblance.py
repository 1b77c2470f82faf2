"""Which contract that stands a table resembles, and by which further aliases it would keep it."""

import difflib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import duckdb
import yaml

from expectations.contract.free_text import tokens
from expectations.contract.match import Content, compare, distance, first_row_fits, period_of, values_in_name
from expectations.contract.model import Column, Contract, File, load_contracts
from expectations.contract.model import Table as Declared
from expectations.contract.words import same_heading
from expectations.council import overlay
from orchestration.sources import values
from orchestration.sources.column import ENOUGH, Proposed
from orchestration.sources.headings import meaning
from orchestration.sources.table import Table
from orchestration.sources.values import Kept

NEAR = 0.6
"""From this likeness on two headings are looked at together; their values decide."""

RESEMBLES = 0.6
"""Of what a contract requires and what a file brings, so much must agree for the file to be called like it."""

LOOKED_AT = 4
"""So many contracts, the likest by their headings, are held against the values."""


@dataclass(frozen=True)
class Alias:
    """A heading that may be a column by another name, and how many values keep the column's rules."""

    heading: str
    place: int
    column: Column
    kept: Kept
    why: str


@dataclass(frozen=True)
class Resemblance:
    """A contract beside a table: columns known by their headings, by guessed aliases, what is left, what is missing."""

    contract: Contract
    table: Declared
    file: File
    known: tuple[tuple[Proposed, Column, Kept], ...]
    aliases: tuple[Alias, ...]
    ignored: tuple[str, ...]
    undeclared: tuple[Proposed, ...]
    missing: tuple[Column, ...]
    problems: tuple[str, ...]
    keeps_it: bool
    name_fits: bool

    @property
    def score(self) -> float:
        """From 0 to 1: the mean of how much of what is required is there, and how much of what is there is known."""
        required = [column for column in self.table.columns if _is_needed(column, self.file)]
        found = {column.name for _, column, _ in self.known} | {alias.column.name for alias in self.aliases}
        there = sum(column.name in found for column in required) / len(required) if required else 1.0
        headings = len(found) + len(self.ignored) + len(self.undeclared)
        return (there + (len(found) + len(self.ignored)) / max(headings, 1)) / 2 if found else 0.0

    @property
    def failing(self) -> list[tuple[str, Kept]]:
        """The known columns some of whose values break the contract."""
        return [(column.name, kept) for _, column, kept in self.known if kept.failing]

    @property
    def declared_in(self) -> Path:
        """The file that declares the columns of this table: the version's own, or the one it extends."""
        return _declaring(overlay.contracts() / self.contract.source / f"{self.contract.version}.yml", self.table.name)


def resemblances(
    connection: duckdb.DuckDBPyConnection, file: Path, format_: str, table: Table, columns: list[Proposed]
) -> list[Resemblance]:
    """The contracts that the table is like, the likest first; of a source's versions the likest alone."""
    if not table.has_headings:
        return []
    first = connection.execute(f"select * from {table.relation} limit 1").fetchone()
    content = Content(headings={"": list(table.headings)}, first_row=list(first) if first else [])
    likely: dict[tuple[str, str], tuple[Contract, Declared, File]] = {}
    ranked = [
        ((score, first_row_fits(contract, kind, content), -_terms_away(contract, kind, file)), contract, declared, kind)
        for score, contract, declared, kind in _candidates(columns)
    ]
    # Of versions that are alike in all of it the newest, which is the last by its name.
    for _, contract, declared, kind in sorted(reversed(ranked), key=lambda one: one[0], reverse=True):
        likely.setdefault((contract.source, declared.name), (contract, declared, kind))
    found = [
        _beside(connection, file, format_, table, columns, content, *candidate)
        for candidate in list(likely.values())[:LOOKED_AT]
    ]
    found.sort(key=lambda one: (one.keeps_it, one.name_fits, one.score), reverse=True)
    return [one for one in found if one.score >= RESEMBLES]


def _terms_away(contract: Contract, kind: File, file: Path) -> int:
    """How far the version is from the term that the name of the file states, if it states one."""
    return distance(contract, period_of(values_in_name(kind, file.name) or {}, Content()))


def _candidates(columns: list[Proposed]) -> Iterator[tuple[float, Contract, Declared, File]]:
    """Contracts, tables and kinds of file with how many headings are theirs, or mean what theirs do."""
    forms = {same_heading(one.heading) for one in columns if one.heading}
    meant = {found.column.name for one in columns if one.heading and (found := meaning(one.heading))}
    seen = set()
    for contract in load_contracts():
        if contract.format == "xml":
            continue
        for file in contract.files:
            for table in contract.tables.values():
                if file.table not in (None, table.name) or (contract.name, table.name) in seen:
                    continue
                seen.add((contract.name, table.name))
                exact = sum(1 for column in table.columns if _names(column) & forms)
                like = sum(1 for column in table.columns if not _names(column) & forms and column.name in meant)
                needed = [column for column in table.columns if _is_needed(column, file)]
                share = sum(bool(_names(c) & forms) or c.name in meant for c in needed) / max(len(needed), 1)
                if exact + like > 1:
                    yield (exact + 0.8 * like) / max(len(forms), 1) + share, contract, table, file


def _beside(
    connection: duckdb.DuckDBPyConnection,
    path: Path,
    format_: str,
    table: Table,
    columns: list[Proposed],
    content: Content,
    contract: Contract,
    declared: Declared,
    file: File,
) -> Resemblance:
    by_form = {same_heading(one.heading): one for one in columns if one.heading}
    known, used = [], set()
    for column in declared.columns:
        for form in _names(column) & by_form.keys():
            one = by_form[form]
            known.append((one, column, values.kept(connection, table.relation, one.cell, column)))
            used.add(one.place)
    left = [one for one in columns if one.heading and one.place not in used]
    patterns = [re.compile(same_heading(pattern).replace("*", ".*")) for pattern in declared.ignored]
    ignored = [one for one in left if any(pattern.fullmatch(same_heading(one.heading)) for pattern in patterns)]
    left = [one for one in left if one not in ignored]
    named = {column.name for _, column, _ in known}
    aliases = _aliases(
        connection, table, left, [c for c in declared.columns if c.name not in named and not _stated(c, file)]
    )
    taken = {alias.place for alias in aliases}
    named |= {alias.column.name for alias in aliases}
    problems = compare(contract, file, content)[0] if format_ == contract.format == "csv" else []
    keeps_it = (
        format_ == contract.format
        and not problems
        and len(known) > 0
        and not any(one for one in left if contract.undeclared == "reject")
        and all(column.name in named for column in declared.columns if _is_needed(column, file))
        and first_row_fits(contract, file, content)
    )
    return Resemblance(
        contract,
        declared,
        file,
        tuple(known),
        tuple(aliases),
        tuple(one.heading for one in ignored),
        tuple(one for one in left if one.place not in taken),
        tuple(column for column in declared.columns if _is_needed(column, file) and column.name not in named),
        tuple(problems),
        keeps_it,
        any(
            values_in_name(each, path.name) is not None
            for each in contract.files
            if each.table in (None, declared.name)
        ),
    )


def _aliases(
    connection: duckdb.DuckDBPyConnection, table: Table, left: list[Proposed], wanted: list[Column]
) -> list[Alias]:
    """For columns that no heading is, the headings that may be theirs: each once, the likest pairs first."""
    pairs = sorted(
        (
            (likeness, one.place, column.name)
            for one in left
            for column in wanted
            if (likeness := _likeness(one.heading, column)) >= NEAR
        ),
        reverse=True,
    )
    by_place, by_name = {one.place: one for one in left}, {column.name: column for column in wanted}
    found: list[Alias] = []
    for likeness, place, name in pairs:
        if any(place == alias.place or name == alias.column.name for alias in found):
            continue
        one, column = by_place[place], by_name[name]
        kept = values.kept(connection, table.relation, one.cell, column)
        if not kept.filled or kept.rate >= ENOUGH:
            known = meaning(one.heading)
            why = (
                known.evidence if known and known.column.name == name else f"its heading is {likeness:.0%} like {name}"
            )
            found.append(Alias(one.heading, place, column, kept, why))
    return found


def _likeness(heading: str, column: Column) -> float:
    """1 where another contract means the column by the heading, else how like it is to the likest of its names."""
    known = meaning(heading)
    if known and known.column.name == column.name:
        return 1.0 if not known.like else 0.9
    words = set(tokens(heading))
    return max(
        max(
            difflib.SequenceMatcher(None, same_heading(heading), same_heading(name)).ratio(),
            len(words & set(tokens(name))) / max(len(words | set(tokens(name))), 1),
        )
        for name in (*column.aliases, column.name)
    )


def _is_needed(column: Column, file: File) -> bool:
    return column.required and not _stated(column, file)


def _stated(column: Column, file: File) -> bool:
    """Whether the name of the file says it, so that no column need."""
    return column.name in {*file.values, "census_year", "census_term"}


@cache
def _names(column: Column) -> frozenset[str]:
    return frozenset(same_heading(name) for name in (*column.aliases, column.name))


def _declaring(path: Path, table: str) -> Path:
    document = yaml.safe_load(path.read_text(encoding="utf-8"))
    if (document.get("tables") or {}).get(table, {}).get("columns") or "extends" not in document:
        return path
    return _declaring(path.with_name(f"{document['extends']}.yml"), table)

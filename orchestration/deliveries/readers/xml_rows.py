"""What an XML return's elements become: which text goes to which column, and which element is a row of its own."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from lxml import etree

from expectations.contract.match import declared_paths, is_declared
from expectations.contract.model import ITSELF, Contract

UNKNOWN_LISTED = 5
"""So many elements that no contract declares are told of."""

IGNORED_KEPT = 1000
"""Of so many elements that the contract ignores it is remembered that it does."""

Row = list[Any]
"""A row on its way: its number, what its place says, and texts or None. What is Any is asked for at every element."""


@dataclass(slots=True)
class _Repeated:
    """An element that repeats: where its rows go, how one begins, and where its texts and its own number stand."""

    rows: list[Row]
    start: list[str | None]
    width: int
    cells: dict[str, int]
    ordinal: int | None


@dataclass(slots=True)
class _Step:
    """What to do at an element: the positions its text goes to, the rows it is, and the steps below it, by tag."""

    texts: list[int] = field(default_factory=list)
    repeated: list[_Repeated] = field(default_factory=list)
    below: dict[str, "_Step"] = field(default_factory=dict)


class Plan:
    """What to do at every element of a pupil, made once from the contract so that a tag costs one look-up."""

    def __init__(self, contract: Contract) -> None:
        self.rows: dict[str, tuple[list[str], list[Row]]] = {}
        self.unknown: dict[str, int] = {}
        self._ignored: set[str] = set()
        self._contract, self._declared = contract, declared_paths(contract)
        self._first = _Step()
        self._pupil_rows: list[Row] = []
        self._pupil_width = 0
        # What the place of a pupil says, such as the roll, stands first in every row of the pupil.
        places = sorted({name for values in contract.pupils.values() for name in values})
        self._place_of = {
            path.rsplit("/", 1)[-1]: [values.get(name) for name in places] for path, values in contract.pupils.items()
        }
        begin = 1 + len(places)
        for table in contract.tables.values():
            read = [column for column in table.columns if column.paths]
            if not table.records:
                columns = [*places, *(column.name for column in read)]
                self._pupil_width = len(read)
                self.rows[table.name] = (columns, self._pupil_rows)
                for position, column in enumerate(read):
                    for path in column.paths:
                        self._at(path).texts.append(begin + position)
                continue
            constants = sorted({name for record in table.records for name in record.values})
            ordinals = [record.ordinal for record in table.records if record.ordinal]
            columns = [*places, *constants, *dict.fromkeys(ordinals), *(column.name for column in read)]
            rows: list[Row] = []
            self.rows[table.name] = (columns, rows)
            for record in table.records:
                start = [record.values.get(name) for name in constants] + [None] * len(dict.fromkeys(ordinals))
                first = begin + len(start)
                cells = {path: first + position for position, column in enumerate(read) for path in column.paths}
                ordinal = begin + len(constants) if record.ordinal else None
                self._at(record.path).repeated.append(_Repeated(rows, start, len(read), cells, ordinal))

    def _at(self, path: str) -> _Step:
        step = self._first
        for tag in path.split("/"):
            step = step.below.setdefault(tag, _Step())
        return step

    @property
    def tags(self) -> tuple[str, ...]:
        """The elements that are a pupil."""
        return tuple(self._place_of)

    def read(self, pupil: etree._Element, number: int) -> None:
        """One pupil: a row for the pupil's own columns and one for every element that repeats."""
        begin: Row = [number, *self._place_of[pupil.tag]]
        row: Row = [*begin, *[None] * self._pupil_width]
        self._walk(pupil, self._first.below, row, begin, "")
        self._pupil_rows.append(row)

    def _walk(self, element: etree._Element, steps: dict[str, _Step], row: Row, begin: Row, path: str) -> None:
        for child in element:
            tag = child.tag
            step = steps.get(tag)
            if step is None:
                for leaf in leaves(child, path) if len(child) else (path + tag,):
                    self._note(leaf, begin[0])
                continue
            for repeated in step.repeated:
                found: Row = [*begin, *repeated.start, *[None] * repeated.width]
                if repeated.ordinal is not None:
                    found[repeated.ordinal] = str(1 + sum(1 for _ in child.itersiblings(tag, preceding=True)))
                if (position := repeated.cells.get(ITSELF)) is not None:
                    found[position] = child.text
                self._record(child, repeated.cells, found, path + tag + "/", "")
                repeated.rows.append(found)
            if step.texts:
                text = child.text
                for position in step.texts:
                    row[position] = text
            elif step.below:
                self._walk(child, step.below, row, begin, path + tag + "/")

    def _record(self, element: etree._Element, cells: dict[str, int], found: Row, around: str, within: str) -> None:
        for child in element:
            tag = child.tag
            position = cells.get(within + tag)
            if position is not None:
                found[position] = child.text
            elif len(child):
                self._record(child, cells, found, around, f"{within}{tag}/")
            else:
                self._note(f"{around}{within}{tag}", found[0])

    def _note(self, path: str, pupil: int) -> None:
        """An element that no column reads: ignored by the contract, or one of a few that are told of by their pupil."""
        if path in self._ignored or len(self.unknown) >= UNKNOWN_LISTED:
            return
        if not is_declared(self._contract, self._declared, path):
            self.unknown.setdefault(path, pupil)
        elif len(self._ignored) < IGNORED_KEPT:
            self._ignored.add(path)


def leaves(element: etree._Element, around: str) -> Iterator[str]:
    """The paths of the elements without children at and below an element; `around` is the path it stands in."""
    here = f"{around}{element.tag}"
    if not len(element):
        yield here
    for child in element:
        yield from leaves(child, f"{here}/")

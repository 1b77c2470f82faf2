"""Tries to work hidden counts out: everything an open file tells as equations, and a solver for what could be.

The attacker knows how counts hang together (places are their schools, children are raised, not raised or not
assessable, any flag is bound to the flags) and holds the release before as well. Of every hidden number it asks the
solver for the least and the most it could be, in whole children.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import duckdb
import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array

Cell = tuple[str, ...]
Counts = dict[tuple[str, str], tuple[int, int, int]]
"""Children, assessable and raised of a school and flag, as they are; one half term."""

MANY = 100_000
"""More children than any place has: what bounds a number of which nothing is told."""


@dataclass(frozen=True)
class Row:
    """A row of flag_count as it is told: None where a number is hidden."""

    place_type: str
    place: str
    pyramid: str | None
    zone: str | None
    flag: str
    children: int | None
    assessable: int | None
    raised: int | None
    is_unavailable: bool = False
    county: str = "county"
    """The county of the row, which is itself a place where several are attacked together."""


@dataclass(frozen=True)
class Found:
    """What could be of a number that is not told."""

    place: str
    flag: str
    number: str
    least: int
    most: int


def rows_of(file: Path, day: str) -> list[Row]:
    """What an open file tells of one half term."""
    with duckdb.connect(str(file), read_only=True) as connection:
        return [
            Row(*values)
            for values in connection.execute(
                """
                select place_type, place_code, pyramid_code, zone_code, flag_code, children_count, assessable_count,
                    raised_count, coalesce(raised_mark, '') in ('x', 'z')
                from open_data.flag_count
                where as_of_date = ?
                order by all
                """,
                [day],
            ).fetchall()
        ]


def days_of(file: Path) -> list[str]:
    """The half terms of an open file, by their last days."""
    with duckdb.connect(str(file), read_only=True) as connection:
        found = connection.execute("select distinct as_of_date::varchar from open_data.flag_count order by all")
        return [day for (day,) in found.fetchall()]


class System:
    """Everything that is told, as linear constraints on the numbers of schools, in whole children."""

    def __init__(self) -> None:
        self.columns: dict[Cell, int] = {}
        self.rows: list[tuple[dict[int, int], float, float]] = []
        self.seen: list[np.ndarray] = []

    def column(self, cell: Cell) -> int:
        return self.columns.setdefault(cell, len(self.columns))

    def between(self, terms: Iterable[tuple[Cell, int]], least: float, most: float) -> None:
        """The weighted sum of some numbers lies between two."""
        weights: dict[int, int] = {}
        for cell, weight in terms:
            weights[self.column(cell)] = weights.get(self.column(cell), 0) + weight
        self.rows.append((weights, least, most))
        self.seen.clear()

    @cached_property
    def told(self) -> LinearConstraint:
        """All constraints, once nothing more is to be added."""
        entries = [(row, col, weight) for row, (weights, *_) in enumerate(self.rows) for col, weight in weights.items()]
        row, col, weight = zip(*entries, strict=True)
        return LinearConstraint(
            csr_array((weight, (row, col)), shape=(len(self.rows), len(self.columns))),
            [least for _, least, _ in self.rows],
            [most for *_, most in self.rows],
        )

    def could_be(self, terms: list[tuple[Cell, int]]) -> tuple[int, int]:
        """The least and the most that a weighted sum of numbers could be. Raises ValueError if nothing could."""
        objective = self._objective(terms)
        ends = []
        for sign in (1, -1):
            solution = milp(sign * objective, integrality=1, bounds=Bounds(0, MANY), constraints=self.told)
            if solution.status == 2:
                raise ValueError("what is told contradicts itself")
            assert solution.success, solution.message
            self.seen.append(np.rint(solution.x))
            ends.append(round(sign * solution.fun))
        return ends[0], ends[1]

    def narrowed(self, terms: list[tuple[Cell, int]], width: int) -> tuple[int, int] | None:
        """The least and the most where they are less than `width` apart; None where more is possible."""
        if self.seen:
            # answers to other questions are witnesses too
            values = np.array(self.seen) @ self._objective(terms)
            if values.max() - values.min() >= width:
                return None
        least, most = self.could_be(terms)
        return (least, most) if most - least < width else None

    def _objective(self, terms: list[tuple[Cell, int]]) -> np.ndarray:
        objective = np.zeros(len(self.columns))
        for cell, times in terms:
            objective[self.columns[cell]] += times
        return objective


def told_by(rows: list[Row], flags: set[str], version: str = "now", system: System | None = None) -> System:
    """The system of one release; numbers of schools are cells (version, number, flag, school)."""
    system = system or System()
    schools = {row.place: row for row in rows if row.place_type == "school"}
    for row in rows:
        if row.flag != "any" and row.flag not in flags:
            continue
        inside = [school for school, place in schools.items() if _holds(row, place)]
        for number, told in _told(row):
            if number == "children" or row.flag != "any":
                key = "" if number == "children" else row.flag
                system.between([((version, number, key, school), 1) for school in inside], told, told)
        if row.flag == "any" and row.raised is not None and flags >= {r.flag for r in rows} - {"any"}:
            system.between([((version, "any", "", school), 1) for school in inside], row.raised, row.raised)
    for school in schools:
        children = (version, "children", "", school)
        for flag in flags:
            raised, assessable = ((version, number, flag, school) for number in ("raised", "assessable"))
            system.between([(assessable, 1), (raised, -1)], 0, np.inf)
            system.between([(children, 1), (assessable, -1)], 0, np.inf)
        any_flag = (version, "any", "", school)
        if any(cell[1] == "any" for cell in system.columns):
            system.between([(children, 1), (any_flag, -1)], 0, np.inf)
            system.between([*(((version, "raised", flag, school), 1) for flag in flags), (any_flag, -1)], 0, np.inf)
            for flag in flags:
                system.between([(any_flag, 1), ((version, "raised", flag, school), -1)], 0, np.inf)
    return system


def _holds(row: Row, school: Row) -> bool:
    """Whether a place holds a school, or is it."""
    return row.place_type == "region" or row.place == {
        "county": school.county,
        "zone": school.zone,
        "pyramid": school.pyramid,
        "school": school.place,
    }.get(row.place_type)


def _told(row: Row) -> Iterator[tuple[str, int]]:
    if row.children is not None:
        yield "children", row.children
    if row.is_unavailable:
        yield "raised", 0
        yield "assessable", 0
        return
    if row.raised is not None:
        yield "raised", row.raised
    if row.assessable is not None:
        yield "assessable", row.assessable


def remember(
    system: System, before: list[Row], flags: set[str], truth: Counts | None = None, truth_before: Counts | None = None
) -> System:
    """Add the release before to a system: what was hidden is what it is now.

    With the truth of both releases, only what did not change is: the attacker then knows that as well.
    """
    told_by(before, flags, "before", system)
    for version, number, flag, school in list(system.columns):
        if version != "before" or ("now", number, flag, school) not in system.columns:
            continue
        place = {"children": 0, "assessable": 1, "raised": 2}.get(number)
        if truth is not None and truth_before is not None:
            if place is None:
                continue
            key = (school, flag or next(iter(flags)))
            if key not in truth or key not in truth_before or truth[key][place] != truth_before[key][place]:
                continue
        elif any(
            value is not None and row.place == school and (row.flag == flag or not flag)
            for row in before
            if row.place_type == "school"
            for value in (getattr(row, number, None),)
        ):
            # told then, so whoever sees it hidden now knows it has changed
            continue
        system.between([(("before", number, flag, school), 1), (("now", number, flag, school), -1)], 0, 0)
    return system


def recovered(
    rows: list[Row],
    threshold: int,
    before: list[Row] | None = None,
    truth: Counts | None = None,
    truth_before: Counts | None = None,
    insider: str | None = None,
    together: bool = False,
) -> list[Found]:
    """The hidden numbers of which too much follows: fewer than `threshold` lie between the least and the most.

    A nought raised that follows is harmless, and so is that nobody could be assessed. Nor is it a find what the release
    before told and still holds. `insider` is a school whose true numbers the attacker knows. Flags hang together by
    `any` alone, so they are attacked one by one, or, more slowly, `together`.
    """
    flags = {row.flag for row in rows} - {"any"}
    found: list[Found] = []
    for attacked in [flags] if together else [{flag} for flag in sorted(flags)]:
        system = told_by(rows, attacked)
        if before is not None:
            remember(system, before, attacked, truth, truth_before)
        if insider is not None and truth is not None:
            for flag in attacked:
                for number, value in zip(("children", "assessable", "raised"), truth[insider, flag], strict=True):
                    key = "" if number == "children" else flag
                    system.between([(("now", number, key, insider), 1)], value, value)
        known = _still_told(before, truth, truth_before) if before is not None else set()
        for row in rows:
            if row.flag in attacked and row.place_type == "school" and row.place != insider:
                found += _of_school(system, row, threshold, known)
            elif row.flag in attacked and row.place_type != "school":
                found += _of_place(system, rows, row, threshold, insider)
    return found


def _still_told(before: list[Row], truth: Counts | None, truth_before: Counts | None) -> set[Cell]:
    if truth is None or truth_before is None:
        return set()
    return {
        (number, row.flag, row.place)
        for row in before
        if row.place_type == "school" and (row.place, row.flag) in truth
        for place, number in enumerate(("children", "assessable", "raised"))
        if getattr(row, number) is not None
        and truth[row.place, row.flag][place] == truth_before[row.place, row.flag][place]
    }


def _numbers(flag: str, schools: list[str]) -> dict[str, list[tuple[Cell, int]]]:
    terms: Iterator[list[tuple[Cell, int]]] = (
        [(("now", number, key, school), 1) for school in schools]
        for number, key in (("children", ""), ("assessable", flag), ("raised", flag))
    )
    children, assessable, raised = terms
    return {
        "children": children,
        "raised": raised,
        "others": children + _less(raised),
        "not assessable": children + _less(assessable),
        "not raised": assessable + _less(raised),
    }


def _less(terms: list[tuple[Cell, int]]) -> list[tuple[Cell, int]]:
    return [(cell, -weight) for cell, weight in terms]


def _of_school(system: System, row: Row, threshold: int, known: set[Cell]) -> Iterator[Found]:
    if row.is_unavailable:
        return
    numbers = _numbers(row.flag, [row.place])
    hidden = {
        number
        for number in ("children", "assessable", "raised")
        if getattr(row, number) is None and (number, row.flag, row.place) not in known
    }
    for number, other, is_asked in (
        ("children", None, "children" in hidden),
        ("raised", "others", "raised" in hidden),
        ("not assessable", "not raised", "assessable" in hidden),
    ):
        if not is_asked:
            continue
        range_of = system.narrowed(numbers[number], threshold)
        if range_of == (0, 0):
            continue
        if range_of:
            yield Found(row.place, row.flag, number, *range_of)
        if other and (range_of := system.narrowed(numbers[other], threshold)):
            if range_of == (0, 0) and system.narrowed(numbers["raised"], threshold) == (0, 0):
                # nobody could be assessed
                continue
            yield Found(row.place, row.flag, other, *range_of)


def _of_place(system: System, rows: list[Row], row: Row, threshold: int, insider: str | None) -> Iterator[Found]:
    """Of a larger place only a small number is a find: hidden with others, it may well follow that it is large."""
    inside = [
        other.place
        for other in rows
        if other.place_type == "school" and other.flag == row.flag and other.place != insider and _holds(row, other)
    ]
    if not inside:
        return
    numbers = _numbers(row.flag, inside)
    hidden = ["children"] if row.children is None else []
    hidden += ["raised", "others"] if row.raised is None else []
    hidden += ["not assessable", "not raised"] if row.assessable is None else []
    for number in hidden:
        range_of = system.narrowed(numbers[number], threshold)
        if range_of and 0 < range_of[1] < threshold:
            yield Found(row.place, row.flag, number, *range_of)


@dataclass(frozen=True)
class Changes:
    """A row of a what-if as it is told: None where a number is hidden; zone and school are None above them."""

    zone: str | None
    school: str | None
    now: int | None
    then: int | None
    gained: int | None
    lost: int | None


NUMBERS = {"now": ("stays", "lost"), "then": ("stays", "gained"), "gained": ("gained",), "lost": ("lost",)}
"""What a what-if tells, by the parts of the children of a place. The fourth part is neither raised now nor then."""


def recovered_changes(
    rows: list[Changes], truth: dict[str, dict[str, int]], threshold: int, insider: str | None = None
) -> list[Found]:
    """The hidden numbers of schools of which too much follows, as in `recovered`.

    How many children a school has is known, for it is told elsewhere; `truth` has the parts of each. That all would be
    lost, or all would stay, is no find: the rule says it.
    """
    system = System()
    for school, parts in truth.items():
        system.between([((part, school), 1) for part in parts], sum(parts.values()), sum(parts.values()))
        if school == insider:
            for part, count in parts.items():
                system.between([((part, school), 1)], count, count)
    zones = {row.school: row.zone for row in rows if row.school}
    for row in rows:
        inside = [school for school, zone in zones.items() if row.school in (None, school) and row.zone in (None, zone)]
        for number, own in NUMBERS.items():
            if (told := getattr(row, number)) is not None:
                system.between([((part, school), 1) for school in inside for part in own], told, told)
    found = []
    for row in rows:
        if row.school in (None, insider):
            continue
        hidden = {name: parts for name, parts in NUMBERS.items() if getattr(row, name) is None}
        asked = hidden | ({"stays": ("stays",), "neither": ("neither",)} if hidden else {})
        ranges = {
            name: system.narrowed([((part, row.school), 1) for part in parts], threshold)
            for name, parts in asked.items()
        }
        for name, between in ranges.items():
            other = {"lost": "stays", "stays": "lost"}.get(name, "")
            is_by_rule = ranges.get(other) == (0, 0)
            if between not in (None, (0, 0)) and not is_by_rule:
                found.append(Found(row.school, "", name, *between))
    return found

"""Builds zones, pyramids, schools and the routes through them from a size, and loads them into the world."""

import datetime as dt
from dataclasses import astuple, dataclass
from typing import Any

import duckdb

from synthetic import names
from synthetic.sizes import Size

LA_NUMBER = 838
LAST_NC_YEAR = 13
# In the middle of a school year the last pyramid came over from the zone before its own.
ZONE_CHANGE = dt.date(2026, 2, 16)

# Establishment numbers by phase: the first number of each block.
ESTABLISHMENTS = {
    "PRU": 1101, "First": 2001, "Infant": 2201, "Junior": 2401, "Primary": 2601, "Middle": 4101, "Upper": 4301,
    "Secondary": 4501, "Special": 7001,
}  # fmt: skip
# First and last NC year (reception is 0); an upper school has a sixth form, a secondary in every second pyramid.
NC_YEARS = {
    "PRU": (7, 11), "First": (0, 4), "Infant": (0, 2), "Junior": (3, 6), "Primary": (0, 6), "Middle": (5, 8),
    "Upper": (9, 13), "Secondary": (7, 11), "Special": (0, 13),
}  # fmt: skip
TITLES = {
    "PRU": "Learning Centre", "First": "First School", "Infant": "Infant School", "Junior": "Junior School",
    "Primary": "Primary School", "Middle": "Middle School", "Upper": "Upper School", "Secondary": "School",
    "Special": "Special School",
}  # fmt: skip


@dataclass(frozen=True)
class School:
    school_id: str
    school_name: str
    phase: str
    nc_from: int
    nc_to: int
    pyramid_n: int
    has_boarders: bool


@dataclass(frozen=True)
class Membership:
    """A school lies in a pyramid and zone from a day (inclusive) to a day (exclusive, None while it lasts)."""

    school_id: str
    pyramid_n: int
    zone_n: int
    valid_from_date: dt.date
    valid_to_date: dt.date | None


@dataclass(frozen=True)
class Stage:
    """One school of a route and the NC years that a child spends in it."""

    route_n: int
    pyramid_n: int
    kind: str
    school_id: str
    nc_from: int
    nc_to: int


def build(connection: duckdb.DuckDBPyConnection, size: Size) -> None:
    """Create the tables zone, pyramid, school, membership and route_stage."""
    schools = _schools(size)
    pyramids = [(n, f"PY{n:02}", names.villages()[n * 5], pyramid.zone) for n, pyramid in enumerate(size.pyramids, 1)]
    zones = [(n, f"Z{n}", name) for n, name in enumerate(names.ZONES, 1)]
    _load(connection, "zone", "zone_n int, zone_code varchar, zone_name varchar", zones)
    _load(connection, "pyramid", "pyramid_n int, pyramid_code varchar, pyramid_name varchar, zone_n int", pyramids)
    _load(
        connection,
        "school",
        "school_id varchar, school_name varchar, phase varchar, nc_from int, nc_to int, pyramid_n int, "
        "has_boarders boolean",
        [astuple(school) for school in schools],
    )
    _load(
        connection,
        "membership",
        "school_id varchar, pyramid_n int, zone_n int, valid_from_date date, valid_to_date date",
        [astuple(membership) for membership in _memberships(size, schools)],
    )
    _load(
        connection,
        "route_stage",
        "route_n int, pyramid_n int, kind varchar, school_id varchar, nc_from int, nc_to int",
        [astuple(stage) for stage in _routes(schools)],
    )


def _load(connection: duckdb.DuckDBPyConnection, table: str, columns: str, rows: list[tuple[Any, ...]]) -> None:
    connection.execute(f"create table {table} ({columns})")
    connection.executemany(f"insert into {table} values ({', '.join('?' * len(rows[0]))})", rows)


def _schools(size: Size) -> list[School]:
    next_number = dict(ESTABLISHMENTS)
    next_village = iter(names.villages())
    schools: list[School] = []

    def add(phase: str, pyramid_n: int) -> None:
        nc_from, nc_to = NC_YEARS[phase]
        if phase == "Secondary" and pyramid_n % 2:
            nc_to = LAST_NC_YEAR
        schools.append(
            School(
                school_id=f"{LA_NUMBER}{next_number[phase]}",
                school_name=f"{next(next_village)} {TITLES[phase]}",
                phase=phase,
                nc_from=nc_from,
                nc_to=nc_to,
                pyramid_n=pyramid_n,
                has_boarders=phase == "Upper" and next_number[phase] == ESTABLISHMENTS["Upper"],
            )
        )
        next_number[phase] += 1

    for pyramid_n, pyramid in enumerate(size.pyramids, 1):
        for phase in ("First", "Middle", "Upper", "Primary", "Secondary", "Special", "PRU"):
            for _ in range(getattr(pyramid, phase.lower())):
                add(phase, pyramid_n)
        for _ in range(pyramid.infant_and_junior):
            add("Infant", pyramid_n)
            add("Junior", pyramid_n)
    return schools


def _memberships(size: Size, schools: list[School]) -> list[Membership]:
    """Each school in its pyramid; for every sixty schools one junior came over from the pyramid before."""
    moved = [school for school in schools if school.phase == "Junior"][: max(1, len(schools) // 60)]
    opened, moved_on = dt.date(size.first_year - 9, 9, 1), dt.date(size.first_year + 1, 9, 1)
    memberships = []
    for school in schools:
        if school in moved:
            memberships += _in_zones(size, school.school_id, school.pyramid_n - 1, opened, moved_on)
            memberships += _in_zones(size, school.school_id, school.pyramid_n, moved_on, None)
        else:
            memberships += _in_zones(size, school.school_id, school.pyramid_n, opened, None)
    return memberships


def _in_zones(
    size: Size, school_id: str, pyramid_n: int, from_date: dt.date, to_date: dt.date | None
) -> list[Membership]:
    """The time of a school in a pyramid, cut where the pyramid changes zone."""
    zone = size.pyramids[pyramid_n - 1].zone
    if pyramid_n < len(size.pyramids) or (to_date and to_date <= ZONE_CHANGE):
        return [Membership(school_id, pyramid_n, zone, from_date, to_date)]
    zone_before = zone - 1 or len(names.ZONES)
    return [
        Membership(school_id, pyramid_n, zone_before, from_date, ZONE_CHANGE),
        Membership(school_id, pyramid_n, zone, ZONE_CHANGE, to_date),
    ]


def _routes(schools: list[School]) -> list[Stage]:
    """Every way from reception on: one for each school that takes children at five, special school and PRU."""
    stages: list[Stage] = []

    def of_phase(phase: str, pyramid_n: int | None = None) -> list[School]:
        return [s for s in schools if s.phase == phase and pyramid_n in (None, s.pyramid_n)]

    def add(kind: str, *path: School) -> None:
        route_n = stages[-1].route_n + 1 if stages else 1
        stages.extend(Stage(route_n, path[0].pyramid_n, kind, s.school_id, s.nc_from, s.nc_to) for s in path)

    for entry in schools:
        pyramid_n = entry.pyramid_n
        if entry.phase == "First":
            middles = of_phase("Middle", pyramid_n)
            middle = middles[int(entry.school_id) % len(middles)]
            add("local", entry, middle, of_phase("Upper", pyramid_n)[0])
        elif entry.phase in ("Primary", "Infant"):
            secondary = (of_phase("Secondary", pyramid_n) or of_phase("Secondary"))[0]
            junior = of_phase("Junior", pyramid_n)[:1] if entry.phase == "Infant" else []
            add("local", entry, *junior, secondary)
        elif entry.phase in ("Special", "PRU"):
            add(entry.phase.lower(), entry)
    return stages

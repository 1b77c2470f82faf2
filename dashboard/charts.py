"""Where the lines of a chart lie, in the units of its picture; a template draws them as SVG.

A chart is never alone: the numbers stand in a table beside it, and its picture says in words what it shows.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

WIDTH, HEIGHT = 320, 150
LEFT, RIGHT, TOP, BOTTOM = 44, 10, 12, 26


@dataclass(frozen=True)
class Tick:
    at: float
    label: str


@dataclass(frozen=True)
class Trend:
    """Counts over half terms and what is expected of those to come, as points of a polyline; `band` is a polygon."""

    measured: str
    expected: str
    band: str
    last_x: float
    last_y: float
    across: list[Tick]
    up: list[Tick]
    words: str
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    right: int = WIDTH - RIGHT
    bottom: int = HEIGHT - BOTTOM


def trend(
    name: str,
    counts: Sequence[tuple[str, int]],
    expected: Sequence[tuple[str, int, int, int]] = (),
) -> Trend | None:
    """A chart of (half term, count), with (half term, forecast, lower, upper) after them; None without two counts."""
    if len(counts) < 2:
        return None
    highest = max([count for _, count in counts] + [upper for *_, upper in expected]) or 1
    steps = len(counts) + len(expected) - 1

    def point(place: int, count: float) -> tuple[float, float]:
        x = LEFT + (WIDTH - LEFT - RIGHT) * place / steps
        return round(x, 1), round(HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * count / highest, 1)

    measured = [point(place, count) for place, (_, count) in enumerate(counts)]
    first = len(counts)
    ahead = [measured[-1]] + [point(first + n, count) for n, (_, count, *_) in enumerate(expected)]
    lower = [point(first + n, low) for n, (*_, low, _) in enumerate(expected)]
    upper = [point(first + n, high) for n, (*_, high) in enumerate(expected)]
    (begin, first_count), (end, last_count) = counts[0], counts[-1]
    words = f"{name}: {first_count:,} children in {begin}, {last_count:,} in {end}"
    if expected:
        label, count, low, high = expected[-1]
        words += f"; {count:,} expected in {label}, between {low:,} and {high:,}"
    # A year's name where it begins.
    years = [
        Tick(point(place, 0)[0], label[:7])
        for place, (label, _) in enumerate(counts)
        if place == 0 or label[:7] != counts[place - 1][0][:7]
    ]
    return Trend(
        measured=_points(measured),
        expected=_points(ahead) if expected else "",
        band=_points([measured[-1], *upper, *reversed(lower)]) if expected else "",
        last_x=measured[-1][0],
        last_y=measured[-1][1],
        across=years,
        up=[Tick(point(0, count)[1], f"{count:,}") for count in (0, highest)],
        words=words + ".",
    )


@dataclass(frozen=True)
class Bar:
    x: float
    y: float
    width: float


@dataclass(frozen=True)
class Mark:
    x: float
    label: str


@dataclass(frozen=True)
class Lane:
    name: str
    y: float
    bars: list[Bar]


@dataclass(frozen=True)
class Timeline:
    """When flags were up, a lane each, with the days of responses drawn across."""

    lanes: list[Lane]
    marks: list[Mark]
    across: list[Tick]
    words: str
    width: int
    height: int
    left: int
    right: int
    bottom: int


def timeline(
    flags: Sequence[str],
    spells: Sequence[tuple[str, date, date]],
    responses: Sequence[tuple[date, str]],
    begin: date,
    end: date,
) -> Timeline | None:
    """Spells (flag, from, to) on a line of days from `begin` to `end`, with responses (day, what); None without any."""
    if not spells or begin >= end:
        return None
    width, left, right, step, top = 640, 190, 12, 26, 8
    bottom = top + step * len(flags)

    def at(day: date) -> float:
        inside = min(max(day, begin), end)
        return round(left + (width - left - right) * (inside - begin).days / (end - begin).days, 1)

    lanes = [
        Lane(
            flag,
            top + step * n,
            [
                Bar(at(start), top + step * n + 5, round(max(at(stop) - at(start), 3), 1))
                for of, start, stop in spells
                if of == flag
            ],
        )
        for n, flag in enumerate(flags)
    ]
    years = [
        Tick(at(day), f"{day.year}")
        for year in range(begin.year, end.year + 1)
        if begin <= (day := date(year, 9, 1)) <= end
    ]
    return Timeline(
        lanes,
        [Mark(at(day), what) for day, what in responses if begin <= day <= end],
        years,
        f"{len(spells)} times a flag was raised and {len(responses)} days of responses; the tables below name each.",
        width,
        bottom + 30,
        left,
        width - right,
        bottom,
    )


def _points(points: Sequence[tuple[float, float]]) -> str:
    return " ".join(f"{x},{y}" for x, y in points)

"""The screens of `screens.yml`: which charts each has, of which mart, and under which conditions."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from orchestration.bi import semantics
from orchestration.bi.semantics import Mart, Value

FILE = Path(__file__).with_name("screens.yml")
KINDS = {"number", "table", "rows", "line", "bar"}


@dataclass(frozen=True)
class Condition:
    """A column has a value, or another one."""

    column: str
    value: Value
    holds: bool = True


@dataclass(frozen=True)
class Chart:
    """One chart: the measures of a mart cut by columns, or its rows as they are (kind `rows`)."""

    title: str
    mart: Mart
    kind: str
    over: str | None
    by: tuple[str, ...]
    measures: tuple[str, ...]
    columns: tuple[str, ...]
    where: dict[str, Value | None]
    order: tuple[str, ...]

    @property
    def cut_by(self) -> tuple[str, ...]:
        """Every column that its rows are grouped by."""
        return (*([self.over] if self.over else []), *self.by)

    @property
    def conditions(self) -> tuple[Condition, ...]:
        """The mart's own conditions, but where the chart says another value, or none."""
        asked = [Condition(name, value) for name, value in self.where.items() if value is not None]
        return (*(own for own in own_conditions(self.mart) if own.column not in self.where), *asked)


@dataclass(frozen=True)
class Screen:
    """A screen, by the name of its exposure."""

    name: str
    title: str
    description: str
    filters: tuple[str, ...]
    charts: tuple[Chart, ...]

    @property
    def marts(self) -> dict[str, Mart]:
        return {chart.mart.name: chart.mart for chart in self.charts}


def own_conditions(mart: Mart) -> list[Condition]:
    """Those of a mart's own rows unless somebody asks otherwise: the default filter, and no row that counts others."""
    return [
        *(Condition(name, value) for name, value in mart.default_filter.items()),
        *(
            Condition(name, not value) if isinstance(value, bool) else Condition(name, value, holds=False)
            for name, value in mart.summary_rows.items()
        ),
    ]


@cache
def screens() -> tuple[Screen, ...]:
    """Every screen. Raises ValueError of a chart that names what its mart has not."""
    described = semantics.exposures()
    marts = semantics.marts()
    listed: dict[str, Any] = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    return tuple(
        Screen(
            name,
            each["title"],
            described[name],
            tuple(each["filters"]),
            tuple(_chart(chart, marts) for chart in each["charts"]),
        )
        for name, each in listed.items()
    )


def _chart(entry: dict[str, Any], marts: dict[str, Mart]) -> Chart:
    mart = marts[entry["mart"]]
    lists = {word: tuple(entry.get(word, ())) for word in ("by", "measures", "columns", "order")}
    chart = Chart(entry["title"], mart, entry["kind"], entry.get("over"), where=entry.get("where", {}), **lists)
    there = {column.name for column in mart.columns}
    named = {*chart.cut_by, *chart.columns, *chart.where, *(name.removeprefix("-") for name in chart.order)}
    measures = {*mart.additive, *mart.ratios, *mart.not_additive, mart.row_count}
    if unknown := [*sorted(named - there), *sorted(set(chart.measures) - measures), *({chart.kind} - KINDS)]:
        raise ValueError(f"{chart.title!r} names {', '.join(unknown)}, which {mart.name} does not have.")
    return chart

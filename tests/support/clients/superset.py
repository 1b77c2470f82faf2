"""Superset in an environment of its own, asked line by line, and what DuckDB says to the question of each chart."""

import json
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb

from orchestration.bi.screens import Chart
from orchestration.bi.superset.datasets import measure
from tests.support.clients.processes import ENVIRONMENTS, HERE

RUNNER = HERE / "runners" / "superset_app.py"
DAY = 86_400_000
"""Milliseconds; a day comes from the API as so many since 1970."""


class Superset:
    """A Superset with a database of its own in `folder`."""

    def __init__(self, process: subprocess.Popen[str], folder: Path) -> None:
        self.process, self.folder = process, folder

    def do(self, what: str, **request: Any) -> Any:
        """Have it do something; what it says of a failure fails the test."""
        self.process.stdin.write(json.dumps({"do": what, **request}) + "\n")
        self.process.stdin.flush()
        said = self.process.stdout.readline()
        assert said, (self.folder / "errors.log").read_text()[-4000:]
        return json.loads(said)


@contextmanager
def started(folder: Path) -> Iterator[Superset]:
    """A Superset at work, made anew; it takes a minute until it answers."""
    with (folder / "errors.log").open("w") as errors:
        process = subprocess.Popen(
            [ENVIRONMENTS / "superset" / "bin" / "python", RUNNER],
            cwd=folder,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
        )
        try:
            process.stdin.write(json.dumps({"folder": str(folder)}) + "\n")
            yield Superset(process, folder)
        finally:
            process.kill()
            process.wait()


def expected(file: Path, chart: Chart, zone: str | None = None) -> list[dict[str, Any]]:
    """The rows that a chart must show, by plain SQL: sums without any guard, of the rows that its conditions leave."""
    mart = chart.mart
    conditions = [
        f"{each.column} is {str(each.value).lower()}"
        if isinstance(each.value, bool)
        else f"{each.column} {'=' if each.holds else '<>'} '{each.value}'"
        for each in chart.conditions
    ]
    conditions += [f"zone_code = '{zone}'"] * bool(zone)
    where = f"where {' and '.join(conditions)}" if conditions else ""
    cut = [f'"{column}"' for column in (*chart.columns, *chart.cut_by)]
    asked = [f'{_plainly(chart, name)} as "{measure(mart, name)}"' for name in chart.measures]
    grouped = f"group by {', '.join(cut)}" if asked and cut else ""
    with duckdb.connect(str(file), read_only=True) as connection:
        result = connection.execute(f"select {', '.join(cut + asked)} from mart.{mart.name} {where} {grouped}")
        names = [column[0] for column in result.description]
        return [dict(zip(names, map(_as_said, row), strict=True)) for row in result.fetchall()]


def _plainly(chart: Chart, name: str) -> str:
    mart = chart.mart
    if name == mart.row_count:
        return "count(*)"
    if name in mart.ratios:
        of, to = mart.ratios[name]
        return f"sum({of}) / nullif(sum(case when {of} is not null then {to} end), 0)"
    return f"{'sum' if name in mart.additive else 'any_value'}({name})"


def _as_said(cell: Any) -> Any:
    """A cell as the API says it."""
    if isinstance(cell, date):
        return (cell - date(1970, 1, 1)).days * DAY
    return float(cell) if isinstance(cell, Decimal) else cell


def alike(rows: list[dict[str, Any]]) -> list[tuple[tuple[str, Any], ...]]:
    """Rows in an order of their own, to be compared; numbers are rounded to nine digits, whole ones or not."""
    return sorted((tuple(sorted((name, _rounded(cell)) for name, cell in row.items())) for row in rows), key=str)


def _rounded(cell: Any) -> Any:
    number = isinstance(cell, int | float) and not isinstance(cell, bool)
    return float(f"{cell:.9g}") if number else cell

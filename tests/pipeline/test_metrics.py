"""A metric's definition counts what the marts count, and what its facts hold."""

import inspect
import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from orchestration.commands import metric
from tests.support.warehouse import Warehouse

COUNTS = ["children", "children_flagged", "children_assessable", "children_not_assessable", "flag_rate", "flag_share"]
DASHBOARD_DATES = "{{ Dimension('as_of_day__is_assessment_date') }}"
"""Ends of half terms and the as-of date, not the days that somebody asked about."""
SHOWN = ["children_count", "raised_count", "assessable_count", "not_assessable_count", "raised_rate", "raised_share"]


def keyed(rows: list[tuple[Any, ...]], keys: int) -> dict[tuple[Any, ...], Any]:
    """Rows by their first columns, dates by their day; rates agree if they do to the four places that a mart has."""
    return {tuple(str(key)[:10] for key in row[:keys]): approximately(row[keys:]) for row in rows}


def approximately(values: tuple[Any, ...]) -> Any:
    return pytest.approx([value if value is None else float(value) for value in values], abs=0.00005001, rel=0)


def plain(rows: list[tuple[Any, ...]], keys: int) -> dict[tuple[Any, ...], list[float | None]]:
    return {key: told.expected for key, told in keyed(rows, keys).items()}


@pytest.mark.parametrize(
    ("by", "keys", "where"),
    [
        (
            ["metric_time", "flag__flag_code", "zone__zone_code"],
            ["as_of_date", "flag_code", "zone_code"],
            "flag_code <> 'any' and not is_county",
        ),
        (["metric_time", "zone__zone_code"], ["as_of_date", "zone_code"], "flag_code = 'any' and not is_county"),
        (["metric_time", "flag__flag_code"], ["as_of_date", "flag_code"], "flag_code <> 'any' and is_county"),
        (["metric_time"], ["as_of_date"], "flag_code = 'any' and is_county"),
    ],
    ids=["each flag by zone", "any flag by zone", "each flag in the county", "any flag in the county"],
)
def test_children_and_rates_are_those_of_the_dashboard(
    dirty: Warehouse, by: list[str], keys: list[str], where: str
) -> None:
    of_mart = dirty.release(
        f"""
        select {", ".join(keys + SHOWN)} from mart.mart_zone_dashboard
        where {where} and children_count > 0
        """
    )
    assert len(of_mart) >= 10
    by_metric = dirty.release(metric.query(COUNTS, by, [DASHBOARD_DATES]))
    assert plain(by_metric, len(by)) == keyed(of_mart, len(by))


def test_persistent_absence_is_the_flag_of_that_name(dirty: Warehouse) -> None:
    by_metric = dirty.release(
        metric.query(["persistently_absent", "persistent_absence_rate"], ["metric_time"], [DASHBOARD_DATES])
    )
    by_mart = dirty.release(
        """
        select as_of_date, raised_count, raised_rate from mart.mart_zone_dashboard
        where is_county and flag_code = 'attendance' order by as_of_date
        """
    )
    assert plain(by_metric, 1) == keyed(by_mart, 1)


def test_absence_is_of_consistent_returns(dirty: Warehouse) -> None:
    by = ["attendance_period__academic_year", "school__school_id"]
    by_metric = dirty.release(metric.query(["sessions_absent", "sessions_possible", "absence_rate"], by, []))
    by_hand = dirty.release(
        """
        select facts.academic_year, schools.school_id, sum(facts.sessions_absent), sum(facts.sessions_possible),
            sum(facts.sessions_absent) / sum(facts.sessions_possible)
        from core.fct_attendance_period as facts
        inner join core.dim_school as schools on facts.school_key = schools.school_key
        where facts.is_consistent
        group by all
        order by all
        """
    )
    assert len(by_hand) > 10
    assert sorted(row[:4] for row in by_metric) == [row[:4] for row in by_hand]
    assert [row[4] for row in sorted(by_metric)] == pytest.approx([row[4] for row in by_hand])


def test_an_unknown_metric_is_refused_with_those_that_are_meant() -> None:
    with pytest.raises(metric.UnknownMetric, match="flag_rate"):
        metric.query(["flagrate"], [], [])


def printed(text: str) -> Iterator[tuple[list[str], list[str]]]:
    """The words of each `earlyhelp metric` in a text, and the lines that stand below it."""
    for block in re.findall(r"^ *(?:\$ )?(earlyhelp metric (?:.*\\\n)*.*\n)((?:(?! *earlyhelp|```).+\n)*)", text, re.M):
        yield shlex.split(block[0].replace("\\\n", " "))[1:], [line.strip() for line in block[1].splitlines()]


def test_every_example_of_the_help_answers(dirty: Warehouse) -> None:
    examples = list(printed(inspect.cleandoc(metric.metric.__doc__)))
    assert len(examples) == 3
    for words, _ in examples:
        done = dirty.here(*words)
        assert done.returncode == 0 and len(done.stdout.splitlines()) > 3, done.stdout + done.stderr


def test_what_the_guide_prints_is_what_the_command_prints(dirty: Warehouse) -> None:
    guide = (Path(__file__).parents[2] / "docs" / "reference" / "metrics.md").read_text(encoding="utf-8")
    examples = list(printed(guide))
    assert examples
    for words, lines in examples:
        done = dirty.here(*words)
        assert [line.split() for line in done.stdout.splitlines() if line.strip()] == [line.split() for line in lines]

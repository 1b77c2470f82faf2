"""Suspensions whose codes, days or pupils cannot be are told of, above the rate that the contract states."""

from typing import Any

import duckdb
import pytest

from expectations import gate
from tests.support import gate_batch
from tests.support.gate_batch import insert


@pytest.fixture
def build() -> duckdb.DuckDBPyConnection:
    return gate_batch.build()


def exclusions(build: duckdb.DuckDBPyConnection, rows: int = 100, **columns: str) -> None:
    """Suspensions of the autumn term of 2025 in the return of spring 2026, one for each pupil."""
    good = {
        "census_year": "'2026'",
        "census_term": "'spring'",
        "school_id": "'8384001'",
        "roll": "'on'",
        "pupil_return_id": "n",
        "category": "'SUSP'",
        "reason_code": "'DB'",
        "start_date": "'2025-11-03'",
        "sessions": "'4'",
    }
    insert(build, "school_census__exclusions", "return", rows, **{**good, **columns})


def outcome(build: duckdb.DuckDBPyConnection, rule: str) -> Any:
    found = gate.check_deliveries(build, gate_batch.contract("school_census"), "run")
    ((outcome, detail),) = {
        (r.outcome, r.detail) for r in found if r.rule == rule and r.suite == "school_census.exclusions"
    }
    return outcome, detail


def some(wrong: int, otherwise: str, value: str) -> str:
    return f"case when n <= {wrong} then {value} else {otherwise} end"


@pytest.mark.parametrize(
    ("day", "category", "reason", "is_of_its_time"),
    [
        ("2025-11-03", "FIXD", "DB", False),
        ("2025-11-03", "SUSP", "OT", False),
        ("2020-08-31", "FIXD", "OT", True),
        ("2020-09-01", "FIXD", "DB", False),
        ("2020-08-31", "SUSP", "DB", False),
        ("2020-08-31", "FIXD", "MT", False),
        ("2020-09-01", "SUSP", "MT", True),
    ],
)
def test_a_code_is_judged_by_the_day_of_the_suspension(
    build: duckdb.DuckDBPyConnection, day: str, category: str, reason: str, is_of_its_time: bool
) -> None:
    gate_batch.pupils(build, "return")
    exclusions(build, start_date=f"'{day}'", category=f"'{category}'", reason_code=f"'{reason}'")
    assert outcome(build, "exclusion_codes_out_of_time")[0] == ("pass" if is_of_its_time else "warn")


@pytest.mark.parametrize(
    ("day", "is_asked"),
    [
        ("2025-04-20", False),
        ("2025-04-21", True),
        ("31/12/2025", True),
        ("2026-01-01", False),
    ],
)
def test_a_census_asks_of_the_two_terms_before(build: duckdb.DuckDBPyConnection, day: str, is_asked: bool) -> None:
    gate_batch.pupils(build, "return")
    exclusions(build, start_date=f"'{day}'")
    assert outcome(build, "exclusions_out_of_period")[0] == ("pass" if is_asked else "warn")


@pytest.mark.parametrize(
    ("day", "is_on_roll"), [("2025-09-02", False), ("2025-09-03", True), ("2025-11-14", True), ("2025-11-15", False)]
)
def test_nobody_is_suspended_before_the_first_or_after_the_last_day_at_the_school(
    build: duckdb.DuckDBPyConnection, day: str, is_on_roll: bool
) -> None:
    gate_batch.pupils(build, "return", entry_date="'03/09/2025'", leaving_date="'2025-11-14'")
    exclusions(build, start_date=f"'{day}'")
    assert outcome(build, "exclusions_off_roll")[0] == ("pass" if is_on_roll else "warn")


@pytest.mark.parametrize(
    ("rule", "column", "wrong", "tolerated"),
    [
        ("exclusion_codes_out_of_time", "category", "'FIXD'", 5),
        ("exclusions_out_of_period", "start_date", "'2024-11-03'", 5),
        ("exclusions_off_roll", "start_date", "'2025-09-01'", 2),
    ],
)
def test_more_than_the_tolerated_rate_is_told_of(
    build: duckdb.DuckDBPyConnection, rule: str, column: str, wrong: str, tolerated: int
) -> None:
    good = {"category": "'SUSP'", "start_date": "'2025-11-03'"}[column]
    for rows, expected in ((tolerated - 1, "pass"), (tolerated, "pass"), (tolerated + 1, "warn")):
        fresh = gate_batch.build()
        gate_batch.pupils(fresh, "return", entry_date="'2025-09-03'")
        exclusions(fresh, 100, **{column: some(rows, good, wrong)})
        found, detail = outcome(fresh, rule)
        assert found == expected
        assert detail.startswith(f"{rows} of 100 suspensions and exclusions")


def test_without_the_pupils_nothing_is_said_of_the_roll(build: duckdb.DuckDBPyConnection) -> None:
    gate_batch.pupils(build, "return", pupil_return_id="'another ' || n")
    exclusions(build, start_date="'2020-01-01'")
    assert outcome(build, "exclusions_off_roll")[0] == "pass"

"""Identifiers of one thing written two ways, and a term that comes in part: told of and stopped, file by file."""

from pathlib import Path

import pytest

from orchestration import deliveries
from orchestration.settings import PROJECT
from tests.support.landing_home import Home
from tests.support.made_files import pupil, pupils_csv, text

CASES = PROJECT.parent / "shared" / "cases"
there = pytest.mark.skipif(not CASES.exists(), reason="the cases are not beside the checkout")


def _case(home: Home, *folders: str) -> dict[str, deliveries.DeliveryOutcome]:
    for folder in folders:
        path = CASES / folder
        deliveries.deliver(home.settings, sorted(path.iterdir()), path.name)
    return {outcome.file_name: outcome for outcome in home.load()}


@there
def test_a_workbook_whose_sheets_write_households_two_ways_is_stopped(home: Home) -> None:
    (outcome,) = _case(home, "c06/family_matters").values()
    assert outcome.status == "rejected"
    assert "refer to no row of households (household_id)" in outcome.reason


@there
def test_enrolments_that_write_pupils_otherwise_are_stopped(home: Home) -> None:
    found = _case(home, "c06/synergy")
    assert found["synergy_pupils_2026-06-25.csv"].status == "accepted"
    assert "refer to no row of pupils (pupil_id)" in found["synergy_enrolments_2026-06-25.csv"].reason


@there
def test_blocks_of_a_term_whose_pupils_are_rejected_are_rejected_with_them(home: Home) -> None:
    assert {outcome.status for outcome in _case(home, "c09/school_census").values()} == {"rejected"}
    assert home.value("select count(*) from ops.delivery_in_force") == 0


def test_extracts_of_one_source_that_join_are_taken(home: Home) -> None:
    pupils_csv(home.landing("synergy"), [pupil(n) for n in range(1, 41)])
    rows = [f"P{n:05d},999/4001,C,01/09/2023,,8" for n in range(1, 41)]
    heads = "Pupil Ref,DfE Number,Status,Start Date,End Date,NC Year"
    name = Path("synergy_enrolments_2026-06-25.csv")
    text(home.landing("synergy") / name, "\n".join([heads, *rows]) + "\n")
    assert {outcome.status for outcome in home.load()} == {"accepted"}

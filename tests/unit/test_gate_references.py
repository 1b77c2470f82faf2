"""Rows that refer to no row of another table stop a delivery: nothing is read as "no" because a join found nothing."""

from importlib import import_module
from typing import Any

import duckdb
import pytest

from expectations import gate
from expectations.contract.model import load_contracts
from tests.support import gate_batch
from tests.support.gate_batch import announce, insert

RULE = "rows_without_reference"


@pytest.fixture
def build() -> duckdb.DuckDBPyConnection:
    return gate_batch.build()


def outcome(
    build: duckdb.DuckDBPyConnection, source: str, rule: str = RULE, suite: str | None = None
) -> list[tuple[Any, ...]]:
    found = gate.check_deliveries(build, gate_batch.contract(source), "run")
    return [(r.delivery_id, r.outcome) for r in found if r.rule == rule and (suite is None or r.suite == suite)]


def workbook(
    build: duckdb.DuckDBPyConnection, members: int, unmatched: int, households: str = "lpad(n::varchar, 5, '0')"
) -> None:
    announce(build, "book")
    insert(build, "family_matters__households", "book", 100, household_id=households, start_date="'2025-09-01'")
    own = f"case when n <= {unmatched} then 'X' || n else lpad((1 + n % 100)::varchar, 5, '0') end"
    insert(build, "family_matters__members", "book", members, household_id=own, member_id="n")


@pytest.mark.parametrize(("unmatched", "expected"), [(1, "pass"), (2, "pass"), (3, "fail")])
def test_members_without_household_stop_the_workbook_above_two_in_a_hundred(
    build: duckdb.DuckDBPyConnection, unmatched: int, expected: str
) -> None:
    workbook(build, 100, unmatched)
    assert outcome(build, "family_matters", suite="family_matters.members") == [("book", expected)]


def test_ids_that_lost_their_zeros_on_one_sheet_stop_the_workbook(build: duckdb.DuckDBPyConnection) -> None:
    workbook(build, 100, 0, households="n::varchar")
    assert outcome(build, "family_matters", suite="family_matters.members") == [("book", "fail")]


def synergy(build: duckdb.DuckDBPyConnection, pupils: str, enrolments: str | None, day: str = "2026-06-25") -> None:
    announce(build, f"pupils {day}", day)
    insert(build, "synergy__pupils", f"pupils {day}", 100, day, pupil_id=pupils)
    if enrolments:
        announce(build, f"enrolments {day}", day)
        insert(build, "synergy__enrolments", f"enrolments {day}", 100, day, pupil_id=enrolments)


def test_enrolments_whose_pupils_are_written_otherwise_are_stopped(build: duckdb.DuckDBPyConnection) -> None:
    synergy(build, "lpad(n::varchar, 6, '0')", "n::varchar")
    assert outcome(build, "synergy", suite="synergy.enrolments") == [("enrolments 2026-06-25", "fail")]


def test_enrolments_before_any_pupils_are_not_judged(build: duckdb.DuckDBPyConnection) -> None:
    announce(build, "enrolments")
    insert(build, "synergy__enrolments", "enrolments", 100, pupil_id="n::varchar")
    assert outcome(build, "synergy") == [("enrolments", "pass")]


def test_pupils_that_leave_the_enrolments_in_force_behind_are_stopped(build: duckdb.DuckDBPyConnection) -> None:
    synergy(build, "lpad(n::varchar, 6, '0')", "lpad(n::varchar, 6, '0')", "2026-06-18")
    gate_batch.accept(build)
    synergy(build, "n::varchar", None)
    assert outcome(build, "synergy", rule="rows_left_behind") == [("pupils 2026-06-25", "fail")]


def test_pupils_that_come_with_their_enrolments_are_judged_with_them(build: duckdb.DuckDBPyConnection) -> None:
    synergy(build, "lpad(n::varchar, 6, '0')", "lpad(n::varchar, 6, '0')", "2026-06-18")
    gate_batch.accept(build)
    synergy(build, "n::varchar", "n::varchar")
    assert outcome(build, "synergy", rule="rows_left_behind") == [("pupils 2026-06-25", "pass")]
    assert outcome(build, "synergy", suite="synergy.enrolments") == [("enrolments 2026-06-25", "pass")]


RETURN = {"census_year": "'2026'", "census_term": "'spring'", "school_id": "'8384001'", "roll": "'on'"}


def sessions(build: duckdb.DuckDBPyConnection) -> None:
    announce(build, "sessions")
    insert(build, "school_census__sessions", "sessions", 100, **RETURN, pupil_return_id="n::varchar", period="'term'")


def test_a_block_of_a_term_without_its_pupils_is_stopped(build: duckdb.DuckDBPyConnection) -> None:
    sessions(build)
    assert outcome(build, "school_census") == [("sessions", "fail")]


def test_a_block_whose_pupils_are_there_is_taken(build: duckdb.DuckDBPyConnection) -> None:
    gate_batch.pupils(build, "pupils", pupil_return_id="n::varchar")
    sessions(build)
    assert ("sessions", "pass") in outcome(build, "school_census")


def test_a_block_whose_pupils_are_rejected_is_rejected_with_them(
    build: duckdb.DuckDBPyConnection,
) -> None:
    broken = "case when n <= 50 then ['upn:upn_malformed'] else [] end::varchar[]"
    gate_batch.pupils(build, "pupils", pupil_return_id="n::varchar", _reasons=broken)
    sessions(build)
    assert ("sessions", "fail") in outcome(build, "school_census")


def test_every_reference_that_a_contract_declares_is_a_rule_of_its_suite() -> None:
    for contract in load_contracts():
        suites = import_module(f"expectations.suites.{contract.source}").SUITES
        for table in contract.tables.values():
            metrics = {m for suite in suites if suite.table == table.name for m in suite.metrics}
            assert bool(table.references) == (RULE in metrics), f"{contract.name}: {table.name}"

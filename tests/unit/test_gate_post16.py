"""What an NCCIS return may not say is told of above the rate that the contract states, and each rule at its edge."""

from typing import Any

import duckdb
import pytest

from expectations import gate
from tests.support import gate_batch
from tests.support.gate_batch import insert

MONTH = "2026-01-31"


@pytest.fixture
def build() -> duckdb.DuckDBPyConnection:
    return gate_batch.build()


def month(build: duckdb.DuckDBPyConnection, rows: int = 100, of: str = "activities", **columns: str) -> None:
    """A return of January, a person a row; `columns` are of the table that is judged."""
    good = {
        "young_people": {
            "person_id": "'999' || lpad(n::varchar, 10, '0')",
            "cohort_status": "'P'",
            "birth_date": "'2009-03-01'",
            "uln": "(4000000000 + n)::varchar",
        },
        "activities": {"activity_code": "'330'", "start_date": "'2025-09-03'"},
        "guarantees": {"year_group": "'11'", "guarantee_code": "'110'"},
    }
    gate_batch.announce(build, "return", extract_date=MONTH)
    for table in dict.fromkeys(["young_people", of]):
        own = columns if table == of else {}
        shared = {"record_id": "n::varchar", "period_end": f"'{MONTH}'"}
        insert(build, f"nccis__{table}", "return", rows, extract_date=MONTH, **{**shared, **good[table], **own})


def outcome(build: duckdb.DuckDBPyConnection, rule: str) -> Any:
    found = gate.check_deliveries(build, gate_batch.contract("nccis"), "run")
    ((outcome, detail),) = {(r.outcome, r.detail) for r in found if r.rule == rule}
    return outcome, detail


@pytest.mark.parametrize(
    ("rule", "of", "column", "good", "wrong", "others"),
    [
        ("neet_without_start", "activities", "neet_start_date", "'2025-09-03'", "null", {"activity_code": "'610'"}),
        (
            "neet_started_after_activity",
            "activities",
            "neet_start_date",
            "'2025-09-03'",
            "'2025-09-04'",
            {"activity_code": "'610'"},
        ),
        (
            "neet_started_before_fifteen",
            "activities",
            "neet_start_date",
            "'2024-03-01'",
            "'2024-02-29'",
            {"activity_code": "'610'"},
        ),
        (
            "verified_before_ascertained",
            "activities",
            "verified_date",
            "'2025-09-05'",
            "'2025-09-04'",
            {"ascertained_date": "'2025-09-05'"},
        ),
        ("lapse_disagrees", "activities", "due_to_lapse_date", "'2026-01-31'", "'2026-01-30'", {"is_lapsed": "'N'"}),
        ("lapse_disagrees", "activities", "due_to_lapse_date", "'2026-01-30'", "'2026-01-31'", {"is_lapsed": "'Y'"}),
        ("over_eighteen_without_send", "young_people", "birth_date", "'2007-09-01'", "'2007-08-31'", {}),
        ("transfers_without_authority", "young_people", "cohort_status", "'P'", "'T'", {}),
        ("year_12_codes_in_year_11", "guarantees", "guarantee_code", "'110'", "'114'", {}),
    ],
)
def test_two_in_a_hundred_are_tolerated_and_three_are_told_of(
    rule: str, of: str, column: str, good: str, wrong: str, others: dict[str, str]
) -> None:
    for rows, expected in ((0, "pass"), (2, "pass"), (3, "warn")):
        build = gate_batch.build()
        month(build, 100, of, **others, **{column: f"case when n <= {rows} then {wrong} else {good} end"})
        found, detail = outcome(build, rule)
        assert found == expected, detail


@pytest.mark.parametrize(("send", "expected"), [("'Y'", "pass"), ("'N'", "warn"), ("null", "warn")])
def test_who_has_special_educational_needs_may_be_older(
    build: duckdb.DuckDBPyConnection, send: str, expected: str
) -> None:
    month(build, 100, "young_people", birth_date="'2006-01-01'", is_send=send)
    assert outcome(build, "over_eighteen_without_send")[0] == expected


@pytest.mark.parametrize(
    ("code", "expected"), [("'260'", "pass"), ("'210'", "warn"), ("'410'", "warn"), ("'330'", "pass")]
)
def test_education_and_training_end_some_day(build: duckdb.DuckDBPyConnection, code: str, expected: str) -> None:
    month(build, activity_code=code, review_date="'2026-03-01'")
    assert outcome(build, "learning_without_end")[0] == expected


@pytest.mark.parametrize(("numbers", "expected"), [("n", "pass"), ("n // 2", "warn"), ("null", "pass")])
def test_a_learner_number_is_one_persons(build: duckdb.DuckDBPyConnection, numbers: str, expected: str) -> None:
    month(build, 100, "young_people", uln=f"({numbers})::varchar")
    assert outcome(build, "learner_numbers_shared")[0] == expected


@pytest.mark.parametrize(("code", "expected"), [("'230'", "pass"), ("'280'", "warn"), ("'460'", "warn")])
def test_some_activities_are_for_special_educational_needs_alone(
    build: duckdb.DuckDBPyConnection, code: str, expected: str
) -> None:
    month(build, activity_code=code, predicted_end_date="'2026-07-31'")
    assert outcome(build, "send_activities_without_send")[0] == expected

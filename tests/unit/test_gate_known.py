"""A column that slipped, changed places, or lost its values is told of: every value by itself looks right."""

import duckdb
import pytest

from expectations import gate
from tests.unit import gate_batch
from tests.unit.gate_batch import announce, insert

BORN = "date '2012-01-01' + n::int"


@pytest.fixture
def build() -> duckdb.DuckDBPyConnection:
    return gate_batch.build()


def outcomes(build: duckdb.DuckDBPyConnection, source: str, rule: str) -> list[tuple[str, str, str]]:
    found = gate.check_deliveries(build, gate_batch.contract(source), "run")
    return [(check.delivery_id, check.outcome, check.detail) for check in found if check.rule == rule]


def outcome(build: duckdb.DuckDBPyConnection, source: str, rule: str) -> str:
    ((_, said, _),) = outcomes(build, source, rule)
    return said


def known(build: duckdb.DuckDBPyConnection, born: str = BORN) -> None:
    """Synergy knows a hundred children, each born on a day of their own."""
    announce(build, "synergy", "2026-06-18")
    insert(build, "synergy__pupils", "synergy", 100, "2026-06-18", upn="'U' || n", birth_date=born)
    gate_batch.accept(build)


def results(build: duckdb.DuckDBPyConnection, upn: str = "'U' || n", born: str = BORN) -> None:
    announce(build, "results")
    year = "'2025/26'"
    insert(build, "attainment__phonics", "results", 100, upn=upn, birth_date=born, academic_year=year, mark="'33'")


@pytest.mark.parametrize(
    ("differing", "slipped", "doubtful"),
    [(0, "pass", "pass"), (2, "pass", "pass"), (3, "pass", "warn"), (20, "pass", "warn"), (21, "fail", "warn")],
)
def test_results_with_other_birth_dates_than_on_record_warn_and_stop(
    build: duckdb.DuckDBPyConnection, differing: int, slipped: str, doubtful: str
) -> None:
    known(build)
    results(build, born=f"{BORN} + (n <= {differing})::int")
    assert outcome(build, "attainment", "birth_dates_disagree") == slipped
    assert outcome(build, "attainment", "birth_dates_doubtful") == doubtful


@pytest.mark.parametrize(
    "slipped", [{"upn": "'U' || (1 + n % 100)"}, {"born": "date '2012-01-01' + (1 + n % 100)::int"}]
)
def test_a_column_that_slipped_by_a_row_is_stopped(build: duckdb.DuckDBPyConnection, slipped: dict[str, str]) -> None:
    known(build)
    results(build, **slipped)
    ((_, said, detail),) = outcomes(build, "attainment", "birth_dates_disagree")
    assert said == "fail"
    assert detail.startswith("100 of 100 rows bear another birth date than the UPN has on record")


def test_one_of_several_birth_dates_on_record_is_enough(build: duckdb.DuckDBPyConnection) -> None:
    known(build, born=f"{BORN} + 1")
    gate_batch.pupils(build, "census", upn="'U' || n", birth_date=BORN)
    gate_batch.accept(build)
    results(build)
    assert outcome(build, "attainment", "birth_dates_doubtful") == "pass"


def test_children_whom_nobody_knows_are_not_judged(build: duckdb.DuckDBPyConnection) -> None:
    results(build)
    assert outcome(build, "attainment", "birth_dates_disagree") == "pass"


def test_synergy_and_the_census_are_held_against_each_other_and_not_against_themselves(
    build: duckdb.DuckDBPyConnection,
) -> None:
    known(build, born=f"{BORN} + 1")
    announce(build, "corrected", "2026-06-25")
    insert(build, "synergy__pupils", "corrected", 100, "2026-06-25", upn="'U' || n", birth_date=BORN)
    assert outcome(build, "synergy", "birth_dates_disagree") == "pass"
    gate_batch.accept(build)
    gate_batch.pupils(build, "census", upn="'U' || n", birth_date=f"{BORN} + 2")
    assert outcome(build, "school_census", "birth_dates_disagree") == "fail"


def pupils_of_synergy(build: duckdb.DuckDBPyConnection, day: str, ethnicity: str, rows: int = 100) -> None:
    announce(build, day, day)
    insert(build, "synergy__pupils", day, rows, day, pupil_id="n", surname="'Sorrell'", ethnicity_code=ethnicity)


@pytest.mark.parametrize(
    ("before", "now", "expected"),
    [
        ("'WBRI'", "null", "warn"),
        ("'WBRI'", "case when n <= 33 then 'WBRI' end", "warn"),
        ("'WBRI'", "case when n <= 34 then 'WBRI' end", "pass"),
        ("case when n < 10 then 'WBRI' end", "null", "pass"),
        ("null", "'WBRI'", "pass"),
    ],
)
def test_a_column_that_lost_its_values_is_told_of(
    build: duckdb.DuckDBPyConnection, before: str, now: str, expected: str
) -> None:
    pupils_of_synergy(build, "2026-06-18", before)
    gate_batch.accept(build)
    pupils_of_synergy(build, "2026-06-25", now)
    assert outcome(build, "synergy", "columns_emptied") == expected


def test_the_columns_that_lost_their_values_are_named_with_their_rows(build: duckdb.DuckDBPyConnection) -> None:
    pupils_of_synergy(build, "2026-06-18", "'WBRI'")
    gate_batch.accept(build)
    pupils_of_synergy(build, "2026-06-25", "null", rows=90)
    ((_, _, detail),) = outcomes(build, "synergy", "columns_emptied")
    assert detail.startswith("columns hold hardly a value: ethnicity_code in 0 of 90 rows, after 100 of 100. ")


def test_a_first_delivery_may_lack_what_it_likes(build: duckdb.DuckDBPyConnection) -> None:
    pupils_of_synergy(build, "2026-06-25", "null")
    ((_, said, detail),) = outcomes(build, "synergy", "columns_emptied")
    assert (said, detail) == ("pass", "no delivery before")

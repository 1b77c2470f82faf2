"""Schools' rolls beside the delivery before and beside the other source, at their thresholds and one off."""

from collections.abc import Iterator

import duckdb
import pytest

from expectations.gate import check_deliveries
from tests.support.gate_batch import accept, announce, build, contract, insert, pupils

pytestmark = pytest.mark.slow

SPRING = "2026-01-15"


@pytest.fixture
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with build() as connection:
        yield connection


def outcomes(connection: duckdb.DuckDBPyConnection, source: str, delivery: str = "now") -> dict[str, str]:
    results = check_deliveries(connection, contract(source), "run")
    return {result.rule: result.outcome for result in results if result.delivery_id == delivery}


def detail(connection: duckdb.DuckDBPyConnection, source: str, rule: str) -> str:
    return next(r.detail for r in check_deliveries(connection, contract(source), "run") if r.rule == rule)


def two_schools(first: int) -> str:
    """The first rows are of one school, all others of another."""
    return f"case when n <= {first} then '8384001' else '8384002' end"


def enrolments(
    connection: duckdb.DuckDBPyConnection, delivery: str, rows: int, extract_date: str, **columns: str
) -> None:
    announce(connection, delivery, extract_date)
    spell = {"pupil_id": "'P' || n", "school_id": "'838/4001'", "enrol_status": "'C'", "start_date": "'01/09/2024'"}
    insert(connection, "synergy__enrolments", delivery, rows, extract_date, **spell | columns)


@pytest.mark.parametrize(
    ("kept", "low", "dip"),
    [(400, "pass", "pass"), (380, "pass", "pass"), (379, "pass", "warn"), (300, "pass", "warn"), (299, "fail", "warn")],
)
def test_a_school_that_lost_pupils_is_seen_though_the_authority_hardly_shrank(
    connection: duckdb.DuckDBPyConnection, kept: int, low: str, dip: str
) -> None:
    pupils(connection, "before", rows=4400, extract_date="2025-10-02", school_id=two_schools(400))
    accept(connection)
    pupils(connection, "now", rows=4000 + kept, school_id=two_schools(kept))
    found = outcomes(connection, "school_census")
    assert (found["school_rolls_low"], found["school_rolls_dip"]) == (low, dip)
    assert found["volume_low"] == "pass"


def test_the_school_is_named_with_its_numbers_and_no_other(connection: duckdb.DuckDBPyConnection) -> None:
    pupils(connection, "before", rows=4400, extract_date="2025-10-02", school_id=two_schools(400))
    accept(connection)
    pupils(connection, "now", rows=4300, school_id=two_schools(300))
    said = detail(connection, "school_census", "school_rolls_dip")
    assert said.startswith("1 of 2 schools have fewer pupils than in the delivery before: 8384001 300 of 400")
    assert "8384002" not in said


@pytest.mark.parametrize(("kept", "expected"), [(10, "pass"), (9, "warn")])
def test_ten_pupils_fewer_are_unremarkable_in_a_small_school(
    connection: duckdb.DuckDBPyConnection, kept: int, expected: str
) -> None:
    pupils(connection, "before", rows=20, extract_date="2025-10-02", scope="8384001")
    accept(connection)
    pupils(connection, "now", rows=kept, scope="8384001")
    assert outcomes(connection, "school_census")["school_rolls_dip"] == expected


@pytest.mark.parametrize(("kept", "expected"), [(380, "pass"), (379, "warn"), (354, "warn")])
@pytest.mark.parametrize("table", ["pupils", "enrolments"])
def test_an_extract_of_the_council_that_lost_a_few_is_told_of(
    connection: duckdb.DuckDBPyConnection, table: str, kept: int, expected: str
) -> None:
    for delivery, rows, day in (("before", 400, "2026-06-19"), ("now", kept, "2026-06-26")):
        announce(connection, delivery, day)
        school = {"school_id": "'838/' || (4001 + n % 40)"} if table == "enrolments" else {}
        insert(connection, f"synergy__{table}", delivery, rows, day, pupil_id="'P' || n", **school)
        if delivery == "before":
            accept(connection)
    assert outcomes(connection, "synergy")["volume_dip"] == expected


@pytest.mark.parametrize(
    ("returned", "low", "dip"),
    [(200, "pass", "pass"), (180, "pass", "pass"), (179, "pass", "warn"), (150, "pass", "warn"), (149, "fail", "warn")],
)
def test_a_first_return_is_held_against_the_councils_own_rolls(
    connection: duckdb.DuckDBPyConnection, returned: int, low: str, dip: str
) -> None:
    enrolments(connection, "synergy", 200, "2026-01-30")
    accept(connection)
    pupils(connection, "now", rows=returned, scope="8384001")
    found = outcomes(connection, "school_census")
    assert (found["school_rolls_beside_other_low"], found["school_rolls_beside_other_dip"]) == (low, dip)
    assert found["school_rolls_dip"] == "pass", "there is no return before"


@pytest.mark.parametrize(("held", "low", "dip"), [(180, "pass", "pass"), (179, "pass", "warn"), (149, "fail", "warn")])
def test_a_first_extract_is_held_against_the_last_returns(
    connection: duckdb.DuckDBPyConnection, held: int, low: str, dip: str
) -> None:
    pupils(connection, "autumn", rows=900, extract_date="2025-10-02", scope="8384001")
    pupils(connection, "spring", rows=200, scope="8384001")
    accept(connection)
    enrolments(connection, "now", held, "2026-02-20")
    found = outcomes(connection, "synergy")
    assert (found["school_rolls_beside_other_low"], found["school_rolls_beside_other_dip"]) == (low, dip)


@pytest.mark.parametrize(("held", "expected"), [(180, "pass"), (179, "warn"), (20, "warn")])
def test_a_return_shows_that_the_councils_extract_was_short_and_is_not_stopped(
    connection: duckdb.DuckDBPyConnection, held: int, expected: str
) -> None:
    enrolments(connection, "synergy", held, "2026-01-30")
    accept(connection)
    pupils(connection, "now", rows=200, scope="8384001")
    found = outcomes(connection, "school_census")
    assert found["school_rolls_of_other"] == expected
    assert found["school_rolls_beside_other_low"] == "pass"


def test_pupils_who_came_or_left_on_other_days_are_not_compared(connection: duckdb.DuckDBPyConnection) -> None:
    """On roll on the day of the census, not on the day of the extract: half came after it, and some left before."""
    came = "case when n <= 100 then '01/09/2024' else '16/01/2026' end"
    enrolments(connection, "synergy", 200, "2026-01-30", start_date=came)
    enrolments(connection, "left", 50, "2026-01-30", end_date="'15/01/2026'", pupil_id="'L' || n")
    accept(connection)
    pupils(connection, "now", rows=100, scope="8384001")
    assert outcomes(connection, "school_census")["school_rolls_beside_other_dip"] == "pass"


@pytest.mark.parametrize(("day", "expected"), [("2026-05-15", "warn"), ("2026-05-16", "pass")])
def test_an_extract_of_another_term_says_nothing(
    connection: duckdb.DuckDBPyConnection, day: str, expected: str
) -> None:
    enrolments(connection, "synergy", 200, day)
    accept(connection)
    pupils(connection, "now", rows=170, scope="8384001")
    assert outcomes(connection, "school_census")["school_rolls_beside_other_dip"] == expected

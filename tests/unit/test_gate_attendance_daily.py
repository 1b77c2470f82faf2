"""Each rule of the daily marks at its threshold, one step below and one above."""

from collections.abc import Iterator

import duckdb
import pytest

from expectations.contract.match import Content, choose, values_in_name
from expectations.contract.model import contract_named
from expectations.gate import CheckResult, check_deliveries
from tests.support.gate_batch import accept, announce, build, contract, insert

pytestmark = pytest.mark.slow

DAY = "2026-06-25"
SCHOOL = "8384001"


@pytest.fixture
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with build() as connection:
        yield connection


def marks(
    connection: duckdb.DuckDBPyConnection, delivery: str = "a", rows: int = 100, extract_date: str = DAY, **columns: str
) -> None:
    """A day's marks of a school, without anything wrong unless the test says so."""
    announce(connection, delivery, extract_date, SCHOOL)
    good = {
        "upn": "'U' || n",
        "school_id": f"'{SCHOOL}'",
        "attendance_date": f"'{extract_date}'",
        "morning_mark": "'/'",
        "afternoon_mark": "chr(92)",
    }
    insert(connection, "attendance_daily__marks", delivery, rows, extract_date, **{**good, **columns})


def outcome(connection: duckdb.DuckDBPyConnection, rule: str, delivery: str = "a", **tolerances: float) -> str:
    results = check_deliveries(connection, contract("attendance_daily", **tolerances), "run 1")
    found: dict[tuple[str | None, str], CheckResult] = {(r.delivery_id, r.rule): r for r in results}
    return found[delivery, rule].outcome


def test_a_good_day_passes_every_rule(connection: duckdb.DuckDBPyConnection) -> None:
    marks(connection)
    results = check_deliveries(connection, contract_named("attendance_daily/v1"), "run 1")
    assert {result.outcome for result in results} == {"pass"}


@pytest.mark.parametrize(("strays", "expected"), [(0, "pass"), (1, "fail"), (2, "fail")])
def test_one_row_of_another_school_is_one_too_many(
    connection: duckdb.DuckDBPyConnection, strays: int, expected: str
) -> None:
    marks(connection, school_id=f"case when n <= {strays} then '8384002' else '838/4001' end")
    assert outcome(connection, "rows_of_another_school") == expected


@pytest.mark.parametrize(("day", "expected"), [("2026-06-24", "pass"), ("25/06/2026", "pass"), ("2026-06-26", "fail")])
def test_no_day_lies_ahead_of_the_export(connection: duckdb.DuckDBPyConnection, day: str, expected: str) -> None:
    marks(connection, attendance_date=f"case when n <= 1 then '{day}' else '{DAY}' end")
    assert outcome(connection, "days_ahead") == expected


@pytest.mark.parametrize(
    ("days", "extract_date", "expected"),
    [
        (["2026-06-05"], "2026-06-05", "pass"),
        (["06/05/2026"], "2026-06-05", "fail"),
        (["05/06/2026"], "2026-06-05", "pass"),
        (["06/05/2026", "2026-06-04"], "2026-06-05", "pass"),
        (["2026-05-06"], "2026-06-13", "pass"),
    ],
)
def test_a_day_written_month_first_is_not_taken_for_one_long_past(
    connection: duckdb.DuckDBPyConnection, days: list[str], extract_date: str, expected: str
) -> None:
    listed = ", ".join(f"'{day}'" for day in days)
    marks(connection, extract_date=extract_date, attendance_date=f"[{listed}][1 + n % {len(days)}]")
    assert outcome(connection, "days_swapped") == expected


@pytest.mark.parametrize(("day", "expected"), [("2026-05-25", "pass"), ("2026-05-24", "warn"), ("2025-09-03", "warn")])
def test_a_file_that_rewrites_old_days_alone_is_told_of(
    connection: duckdb.DuckDBPyConnection, day: str, expected: str
) -> None:
    marks(connection, "before", extract_date="2026-06-24")
    accept(connection)
    marks(connection, attendance_date=f"'{day}'")
    assert outcome(connection, "days_back") == expected


def test_days_of_long_ago_that_were_never_sent_are_no_matter(connection: duckdb.DuckDBPyConnection) -> None:
    marks(connection, attendance_date="'2025-09-03'")
    assert outcome(connection, "days_back") == "pass"


@pytest.mark.parametrize(("pupils", "expected"), [(49, "fail"), (50, "pass"), (51, "pass"), (95, "pass")])
def test_half_the_pupils_of_a_day_are_judged_against_the_file_before(
    connection: duckdb.DuckDBPyConnection, pupils: int, expected: str
) -> None:
    marks(connection, "before", rows=100, extract_date="2026-06-24")
    accept(connection)
    marks(connection, rows=pupils)
    assert outcome(connection, "pupils_of_a_day", pupils_of_a_day_low=0.5) == expected


def test_a_file_of_five_days_holds_no_more_pupils_than_one_of_a_day(connection: duckdb.DuckDBPyConnection) -> None:
    marks(connection, "before", rows=100, extract_date="2026-06-18")
    accept(connection)
    marks(
        connection,
        rows=500,
        upn="'U' || n % 100",
        attendance_date="cast(date '2026-06-19' + (n // 100)::int as varchar)",
    )
    assert outcome(connection, "pupils_of_a_day") == "pass"


@pytest.mark.parametrize(
    ("day", "expected"),
    [("2026-06-25", "pass"), ("2026-06-20", "warn"), ("2026-05-26", "warn"), ("2026-05-22", "pass")],
)
def test_weekends_and_holidays_are_no_school_days(
    connection: duckdb.DuckDBPyConnection, day: str, expected: str
) -> None:
    marks(connection, attendance_date=f"'{day}'")
    assert outcome(connection, "days_out_of_term", days_out_of_term_rate=0.0) == expected


@pytest.mark.parametrize(("blank", "expected"), [(1, "pass"), (2, "pass"), (3, "warn")])
def test_marks_left_blank_warn(connection: duckdb.DuckDBPyConnection, blank: int, expected: str) -> None:
    marks(connection, afternoon_mark=f"case when n <= {blank} then '' else chr(92) end")
    assert outcome(connection, "marks_missing", marks_missing_rate=0.02) == expected


@pytest.mark.parametrize(("unknown", "expected"), [(1, "pass"), (2, "pass"), (3, "warn")])
def test_pupils_whom_no_other_source_knows_warn(
    connection: duckdb.DuckDBPyConnection, unknown: int, expected: str
) -> None:
    connection.execute("insert into raw.synergy__pupils (upn) select 'u' || n from range(1, 101) as numbers (n)")
    marks(connection, upn=f"case when n <= {unknown} then 'X' || n else 'U' || n end")
    assert outcome(connection, "pupils_unknown", pupils_unknown_rate=0.02) == expected


def test_the_name_says_the_school_and_the_day_and_names_of_children_are_never_loaded() -> None:
    v1 = contract_named("attendance_daily/v1")
    name = "attendance_daily_8384001_2026-06-25.csv"
    assert values_in_name(v1.files[0], name) == {"school_id": SCHOOL, "extract_date": DAY}
    assert values_in_name(v1.files[0], "attendance_daily_2026-06-25.csv") is None
    headings = ["UPN", "Surname", "Legal Forename", "DOB", "Reg Group", "DfE Number", "Mark Date", "AM Mark", "PM"]
    match = choose([v1], name, Content(headings={"": headings}))
    assert set(match.headings["attendance_daily__marks"]) == {
        "upn", "school_id", "attendance_date", "morning_mark", "afternoon_mark",
    }  # fmt: skip

"""Each rule of the delivery suites at its threshold, just below and just above; and that no value leaks."""

from collections.abc import Iterator

import duckdb
import pytest

from expectations import gate, verdicts
from expectations.gate import CheckResult, check_deliveries
from expectations.suites.rules import CRITICAL, Suite, none_of
from expectations.verdicts import Counted
from tests.support.gate_batch import accept, announce, build, contract, insert, pupils, register

pytestmark = pytest.mark.slow

WRONG_LETTER = "case when n <= {wrong} then ['upn:upn_check_letter_wrong'] else [] end"


@pytest.fixture
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with build() as connection:
        yield connection


def judge(
    connection: duckdb.DuckDBPyConnection, source: str = "school_census", **tolerances: float
) -> dict[tuple[str, str], CheckResult]:
    """The results by delivery and rule."""
    results = check_deliveries(connection, contract(source, **tolerances), "run 1")
    return {(result.delivery_id, result.rule): result for result in results}


def outcome(
    connection: duckdb.DuckDBPyConnection,
    rule: str,
    delivery: str = "a",
    source: str = "school_census",
    **tolerances: float,
) -> str:
    return judge(connection, source, **tolerances)[delivery, rule].outcome


@pytest.mark.parametrize(("wrong", "expected"), [(1, "pass"), (2, "pass"), (3, "fail")])
def test_upn_check_letters_wrong_in_two_of_a_hundred_pass_and_in_three_fail(
    connection: duckdb.DuckDBPyConnection, wrong: int, expected: str
) -> None:
    pupils(connection, "a", _reasons=WRONG_LETTER.format(wrong=wrong))
    assert outcome(connection, "upn_check_letter_wrong", upn_check_letter_wrong_rate=0.02) == expected


def test_upns_left_blank_are_not_among_those_whose_letters_are_judged(connection: duckdb.DuckDBPyConnection) -> None:
    pupils(connection, "a", upn="case when n <= 10 then 'U' else '' end", _reasons=WRONG_LETTER.format(wrong=2))
    assert judge(connection)["a", "upn_check_letter_wrong"].observed == 0.2


@pytest.mark.parametrize(("wrong", "expected"), [(4, "pass"), (5, "pass"), (6, "fail")])
@pytest.mark.parametrize(
    ("rule", "reason"), [("rejected_row", "dob:date_unreadable"), ("unknown_code", "sex:code_unknown")]
)
def test_rows_rejected_and_codes_unknown(
    connection: duckdb.DuckDBPyConnection, rule: str, reason: str, wrong: int, expected: str
) -> None:
    pupils(connection, "a", _reasons=f"case when n <= {wrong} then ['{reason}'] else [] end")
    assert outcome(connection, rule, "a", "school_census", **{f"{rule}_rate": 0.05}) == expected


def test_a_failed_rate_names_the_columns_that_broke(connection: duckdb.DuckDBPyConnection) -> None:
    pupils(connection, "a", _reasons="case when n <= 9 then ['sex:code_unknown'] else [] end")
    assert "sex:code_unknown (9)" in judge(connection)["a", "unknown_code"].detail


def test_one_odd_row_is_no_rate_in_a_tiny_delivery_and_two_are(connection: duckdb.DuckDBPyConnection) -> None:
    pupils(connection, "a", rows=5, _reasons=WRONG_LETTER.format(wrong=1))
    pupils(connection, "b", rows=5, _reasons=WRONG_LETTER.format(wrong=2))
    results = judge(connection)
    assert results["a", "upn_check_letter_wrong"].outcome == "pass"
    assert results["a", "upn_check_letter_wrong"].observed == 0.2
    assert results["b", "upn_check_letter_wrong"].outcome == "fail"


@pytest.mark.parametrize(("wrong", "expected"), [(4, "pass"), (5, "pass"), (6, "warn")])
def test_birth_dates_outside_the_nc_year_warn(connection: duckdb.DuckDBPyConnection, wrong: int, expected: str) -> None:
    pupils(connection, "a", birth_date=f"case when n <= {wrong} then '2010-03-01' else '2015-03-01' end")
    assert outcome(connection, "birth_date_outside_nc_year", birth_date_outside_nc_year_rate=0.05) == expected


@pytest.mark.parametrize(("birth_date", "expected"), [("31/08/2016", 0), ("01/09/2016", 1), ("31/08/2015", 1)])
def test_the_academic_year_of_birth_turns_on_the_first_of_september(
    connection: duckdb.DuckDBPyConnection, birth_date: str, expected: int
) -> None:
    # NC year 5 in January 2026: aged 9 on 31 August 2025, so born until 31 August 2016.
    pupils(connection, "a", birth_date=f"'{birth_date}'", nc_year="'5'")
    assert judge(connection)["a", "birth_date_outside_nc_year"].observed == expected


@pytest.mark.parametrize(("retired", "expected"), [(4, "pass"), (5, "pass"), (6, "warn")])
def test_codes_retired_before_their_period_warn(
    connection: duckdb.DuckDBPyConnection, retired: int, expected: str
) -> None:
    pupils(connection, "a")
    insert_sessions(connection, "a", code=f"case when n <= {retired} then 'H' else 'I' end")
    assert outcome(connection, "retired_code", retired_code_rate=0.05) == expected


def test_a_code_that_was_in_force_in_its_period_is_not_retired(connection: duckdb.DuckDBPyConnection) -> None:
    # H was retired on 19 August 2024; the autumn census of 2024 returns the summer term before.
    pupils(connection, "a", extract_date="2024-10-03", census_year="'2024'", census_term="'autumn'")
    insert_sessions(connection, "a", code="'H'", census_year="'2024'", census_term="'autumn'")
    assert judge(connection)["a", "retired_code"].observed == 0


@pytest.mark.parametrize(("children", "expected"), [(1, "pass"), (2, "pass"), (3, "warn")])
def test_children_absent_for_more_sessions_than_possible_warn(
    connection: duckdb.DuckDBPyConnection, children: int, expected: str
) -> None:
    pupils(connection, "a", sessions_possible="'140.0'")
    insert_sessions(connection, "a", sessions=f"case when n <= {children} then '141' else '140' end")
    assert outcome(connection, "sessions_exceed_possible", sessions_exceed_possible_rate=0.02) == expected


def test_sessions_that_are_no_absence_do_not_count_as_absent(connection: duckdb.DuckDBPyConnection) -> None:
    pupils(connection, "a")
    insert_sessions(connection, "a", sessions="'999'", code="'B'")
    assert judge(connection)["a", "sessions_exceed_possible"].observed is None


def insert_sessions(
    connection: duckdb.DuckDBPyConnection, delivery: str, code: str = "'I'", sessions: str = "'5'", **columns: str
) -> None:
    given = {
        "census_year": "'2026'",
        "census_term": "'spring'",
        "school_id": "'8384001'",
        "roll": "'on'",
        "pupil_return_id": "n",
        "period": "'term'",
        "attendance_code": code,
        "sessions": sessions,
        **columns,
    }
    insert(connection, "school_census__sessions", delivery, 100, **given)


@pytest.mark.parametrize(
    ("rows", "low", "high"),
    [(79, "fail", "pass"), (80, "pass", "pass"), (125, "pass", "pass"), (126, "pass", "warn"), (100, "pass", "pass")],
)
def test_volume_is_judged_against_the_delivery_before(
    connection: duckdb.DuckDBPyConnection, rows: int, low: str, high: str
) -> None:
    pupils(connection, "before", extract_date="2025-10-02")
    accept(connection)
    pupils(connection, "a", rows=rows)
    results = judge(connection, volume_low=0.8, volume_high=1.25)
    assert (results["a", "volume_low"].outcome, results["a", "volume_high"].outcome) == (low, high)


def test_volume_is_judged_against_an_earlier_extract_of_the_same_batch_in_any_order(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    pupils(connection, "a", rows=50)
    pupils(connection, "before", extract_date="2025-10-02")
    results = judge(connection)
    assert results["a", "volume_low"].outcome == "fail"
    assert results["before", "volume_low"].outcome == "pass"
    assert results["before", "volume_low"].detail == "no delivery before"


def test_another_school_is_no_delivery_before_and_a_few_rows_are_unremarkable(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    pupils(connection, "other", rows=500, extract_date="2025-10-02", scope="8384002", school_id="'8384002'")
    pupils(connection, "small", rows=12, extract_date="2025-10-02", scope="8384001")
    accept(connection)
    pupils(connection, "a", rows=2, scope="8384001")
    assert outcome(connection, "volume_low") == "pass"


def test_leavers_do_not_count_as_volume(connection: duckdb.DuckDBPyConnection) -> None:
    pupils(
        connection, "before", rows=200, roll="case when n <= 100 then 'on' else 'off' end", extract_date="2025-10-02"
    )
    accept(connection)
    pupils(connection, "a")
    assert judge(connection)["a", "volume_low"].observed is None


def schools(count: int) -> str:
    """SQL that spreads the rows over so many schools: 8384001 and on."""
    return f"(8384001 + n % {count})::varchar"


@pytest.mark.parametrize(
    ("present", "covered", "every"), [(48, "fail", "warn"), (49, "pass", "warn"), (50, "pass", "pass")]
)
def test_schools_that_the_register_expects(
    connection: duckdb.DuckDBPyConnection, present: int, covered: str, every: str
) -> None:
    register(connection, *(str(8384001 + n) for n in range(50)))
    pupils(connection, "a", rows=100, school_id=schools(present))
    results = judge(connection, schools_covered_rate=0.98)
    assert results["a", "schools_covered"].outcome == covered
    assert results["a", "every_school_covered"].outcome == every
    if present < 50:
        assert "8384050" in results["a", "every_school_covered"].detail


def test_schools_that_closed_or_owe_no_census_or_lie_elsewhere_are_not_expected(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    register(connection, "8384001", "8384002")
    register(connection, "8384003", closed="31-08-2024")
    register(connection, "8384004", type_="Other independent school")
    register(connection, "8394001")
    pupils(connection, "a", school_id=schools(2))
    assert judge(connection)["a", "schools_covered"].observed == 1


def test_without_a_register_the_map_of_the_council_says_which_schools_to_expect(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    connection.execute(
        "insert into raw.synergy__schools (school_id, valid_from_date, _delivery_id, _extract_date)"
        " select (8384001 + n)::varchar, '01/09/2000', 'map', date '2025-09-01' from range(4) as schools (n)"
    )
    pupils(connection, "a", school_id=schools(3))
    assert judge(connection)["a", "schools_covered"].observed == 0.75


def test_without_register_and_map_coverage_passes_and_says_so(connection: duckdb.DuckDBPyConnection) -> None:
    pupils(connection, "a", school_id=schools(3))
    result = judge(connection)["a", "schools_covered"]
    assert (result.outcome, result.observed) == ("pass", None)
    assert "no register yet" in result.detail


def test_one_schools_return_and_pseudonymous_schools_are_not_judged_for_coverage(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    register(connection, "8384001", "8384002")
    pupils(connection, "a", scope="8384001")
    pupils(connection, "b", school_id="'SCH' || n % 3")
    results = judge(connection)
    assert results["a", "schools_covered"].observed is None
    assert results["b", "schools_covered"].observed is None


def test_a_term_whose_schools_deliver_one_by_one_warns_of_those_that_have_not_returned(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    register(connection, "8384001", "8384002", "8384003")
    pupils(connection, "before", school_id="'8384001'", scope="8384001")
    accept(connection)
    pupils(connection, "a", school_id="'8384002'", scope="8384002")
    result = judge(connection)[None, "schools_returned"]
    assert result.outcome == "warn" and result.observed == pytest.approx(2 / 3)
    assert "2026-spring" in result.detail
    assert "missing: 8384003" in result.detail
    pupils(connection, "b", school_id="'8384003'", scope="8384003")
    assert outcome(connection, "schools_returned", delivery=None) == "pass"


def test_a_school_of_the_delivery_before_may_not_go_missing_unless_it_closed(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    pupils(connection, "before", school_id=schools(4), extract_date="2025-10-02")
    accept(connection)
    register(connection, "8384003", closed="31-12-2025")
    pupils(connection, "a", school_id=schools(2))
    result = judge(connection)["a", "schools_lost"]
    assert (result.outcome, result.observed) == ("fail", 1)
    assert "8384004" in result.detail
    assert "8384003" not in result.detail


def test_a_delivery_without_rows_fails(connection: duckdb.DuckDBPyConnection) -> None:
    announce(connection, "a")
    results = judge(connection)
    assert results["a", "rows_read"].outcome == "fail"
    assert results["a", "rows_accepted"].outcome == "fail"


def test_deliveries_of_which_nothing_could_be_laid_in_a_table_fail(connection: duckdb.DuckDBPyConnection) -> None:
    announce(connection, "a")
    connection.execute("drop schema incoming cascade")
    connection.execute("create schema incoming")
    connection.execute("create table incoming.delivery as select 'a' as delivery_id")
    assert outcome(connection, "rows_read") == "fail"


def test_a_delivery_of_which_no_row_is_accepted_fails_however_small(connection: duckdb.DuckDBPyConnection) -> None:
    pupils(connection, "a", rows=1, _reasons="['upn:upn_check_letter_wrong']")
    results = judge(connection)
    assert results["a", "rows_read"].outcome == "pass"
    assert results["a", "rows_accepted"].outcome == "fail"
    assert results["a", "upn_check_letter_wrong"].outcome == "pass"


def test_a_workbook_without_members_fails_and_names_the_sheet(connection: duckdb.DuckDBPyConnection) -> None:
    announce(connection, "a")
    insert(connection, "family_matters__households", "a", 3, household_id="n")
    result = judge(connection, "family_matters")["a", "short_tables"]
    assert result.outcome == "fail"
    assert "family_matters__members" in result.detail


def test_only_critical_rules_block(connection: duckdb.DuckDBPyConnection) -> None:
    pupils(connection, "a", birth_date="'1990-01-01'", _reasons=WRONG_LETTER.format(wrong=50))
    results = judge(connection)
    assert results["a", "birth_date_outside_nc_year"].severity == "warning"
    assert not results["a", "birth_date_outside_nc_year"].is_blocking
    assert results["a", "upn_check_letter_wrong"].severity == "critical"
    assert results["a", "upn_check_letter_wrong"].is_blocking


def test_many_deliveries_take_one_validation(
    connection: duckdb.DuckDBPyConnection, monkeypatch: pytest.MonkeyPatch
) -> None:
    frames: list[list[int]] = []
    original = verdicts.broken

    def counting(name: str, counted: list[Counted]) -> list[dict[str, set[str]]]:
        frames.append([len(one.frame) for one in counted])
        return original(name, counted)

    monkeypatch.setattr(gate, "broken", counting)
    for number in range(60):
        wrong = 5 if number in (7, 31) else 0
        pupils(connection, f"d{number}", rows=20, scope=f"{number}", _reasons=WRONG_LETTER.format(wrong=wrong))
    results = judge(connection)
    assert frames == [[60, 60]], "pupils and shape; no register, so no row of a period"
    failed = {delivery for (delivery, rule), r in results.items() if rule == "upn_check_letter_wrong" and r.is_blocking}
    assert failed == {"d7", "d31"}


def test_no_value_of_a_childs_row_is_in_a_result(connection: duckdb.DuckDBPyConnection) -> None:
    pupils(
        connection,
        "a",
        surname="'Quillfeather'",
        forename="'Ottoline'",
        upn="'A838000015001'",
        birth_date="'2001-02-03'",
        _reasons="['upn:upn_check_letter_wrong', 'birth_date:date_unreadable']",
    )
    text = repr(list(judge(connection).values()))
    for value in ("Quillfeather", "Ottoline", "A838000015001", "2001-02-03"):
        assert value not in text


def test_a_rule_over_a_metric_that_is_not_there_raises_rather_than_passes(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    import pandas as pd

    counted = Counted(
        Suite("x", (none_of("rejected_row", CRITICAL),)), pd.DataFrame({"delivery_id": ["a"]}), "delivery_id"
    )
    with pytest.raises(RuntimeError, match="rejected_row"):
        verdicts.broken("x", [counted])


def test_a_detail_names_what_has_the_form_of_a_school_and_counts_the_rest(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    """Where the columns of the delivery before had slipped, a surname stands in the place of a school."""
    pupils(
        connection, "before", extract_date="2025-10-02", school_id="case n % 3 when 0 then 'Zzyzx' else '8384001' end"
    )
    accept(connection)
    pupils(connection, "a", school_id="'8384002'")
    detail = judge(connection)["a", "schools_lost"].detail
    assert "8384001, 1 without the form of a school_id" in detail
    assert "Zzyzx" not in detail

"""Each rule of the release suite holds of a sound star, and breaks when the star is spoilt in its way."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import duckdb
import pytest

from expectations.gate import check_release
from expectations.suites.release import SUITE
from tests.support.gate_star import AS_OF, judge, published, star

pytestmark = pytest.mark.slow


@pytest.fixture
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with star() as connection:
        yield connection


FLAGS = "core.fct_flag_assessment"
DASHBOARD = "mart.mart_zone_dashboard"
SPOILT = {
    "relations_missing": "drop table core.dim_pyramid",
    "deliveries_unbalanced": "insert into quarantine.synergy__pupils values ('d1')",
    "children_lost": "delete from core.dim_child where child_durable_key = 'c2'",
    "children_unexplained": "insert into core.dim_child (child_durable_key) values ('c3')",
    "enrolments_lost": "delete from core.fct_enrolment where child_durable_key = 'c2'",
    "enrolments_unexplained": "insert into core.fct_enrolment (child_durable_key, school_key) values ('c1', 's2')",
    "schools_missing": "insert into intermediate.int_schools_delivered (school_id) values ('8384003')",
    "pyramids_missing": "delete from core.dim_pyramid where pyramid_code = 'P2'",
    "zones_missing": "delete from core.dim_zone where zone_code = 'Z2'",
    "zones_not_on_dashboard": f"delete from {DASHBOARD} where zone_code = 'Z2'",
    "dashboard_does_not_add_up": f"update {DASHBOARD} set raised_count = 2 where is_county and flag_code = 'sen'",
    "children_at_two_schools": (
        "insert into intermediate.int_main_registrations by name "
        "select * replace ('8384002' as school_id, '8384002' as school_durable_id) "
        "from intermediate.int_main_registrations where child_durable_key = 'c1'"
    ),
    "cases_elsewhere": "update core.fct_huddle_review set school_key = 's2'",
    "assessments_outside_zones": f"update {FLAGS} set zone_key = 'unknown' where child_key = 'c2'",
    "population_empty": "delete from intermediate.int_populations",
    "population_not_assessed": f"delete from {FLAGS} where child_key = 'c2'",
    "assessed_outside_population": "delete from intermediate.int_populations where child_durable_key = 'c2'",
    "assessments_out_of_grain": f"delete from {FLAGS} where child_key = 'c2' and flag_key = 'sen'",
    "assessments_of_unknown_child": f"update {FLAGS} set child_key = 'unknown' where child_key = 'c2'",
    "states_unknown": f"update {FLAGS} set flag_state = 'maybe' where child_key = 'c2'",
    "not_assessable_without_reason": f"update {FLAGS} set flag_state = 'not_assessable' where child_key = 'c2'",
    "assessed_without_evidence": f"update {FLAGS} set value = null where child_key = 'c2'",
    "direct_identifiers": "alter table mart.mart_zone_dashboard add column surname varchar",
}


def test_everything_holds_of_a_sound_star_and_every_rule_has_one_result(connection: duckdb.DuckDBPyConnection) -> None:
    results = check_release(connection, "run 1", date.fromisoformat(AS_OF))
    assert [r.rule for r in results] == [rule.name for rule in SUITE.rules]
    assert [(r.rule, r.detail) for r in results if r.outcome != "pass"] == []


@pytest.mark.parametrize("rule", SPOILT)
def test_a_spoilt_star_breaks_its_rule(connection: duckdb.DuckDBPyConnection, rule: str) -> None:
    connection.execute(SPOILT[rule])
    result = judge(connection)[rule]
    assert result.outcome == ("warn" if result.severity == "warning" else "fail")
    assert result.observed >= 1
    assert result.detail


def test_every_rule_that_needs_no_release_before_is_spoilt_here() -> None:
    compared = {rule.name for rule in SUITE.rules if rule.may_be_accepted} | {"flag_rate_moved"}
    assert set(SPOILT) == {rule.name for rule in SUITE.rules} - compared


def test_a_county_without_children_adds_up_and_its_want_of_pupils_is_told(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    """Marks without pupils, households without children: what there is may be published, what is missing is said."""
    connection.execute("delete from intermediate.int_populations")
    connection.execute(f"delete from {DASHBOARD} where not is_county")
    assert judge(connection)["dashboard_does_not_add_up"].outcome == "fail", "the county's children are in no zone"
    connection.execute(f"update {DASHBOARD} set children_count = 0, raised_count = 0")
    found = judge(connection)
    assert found["dashboard_does_not_add_up"].outcome == "pass"
    assert found["population_empty"].outcome == "warn"
    assert "0 children are of the population; accepted were deliveries of synergy" in found["population_empty"].detail
    assert "Deliver the pupils of Synergy or of the School Census" in found["population_empty"].detail


def test_details_name_schools_zones_and_tables_but_no_child(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute(SPOILT["schools_missing"])
    connection.execute(SPOILT["zones_missing"])
    connection.execute(SPOILT["enrolments_lost"])
    connection.execute(SPOILT["direct_identifiers"])
    results = judge(connection)
    assert "8384003" in results["schools_missing"].detail
    assert "Z2" in results["zones_missing"].detail
    assert "8384002" in results["enrolments_lost"].detail
    assert "mart_zone_dashboard.surname" in results["direct_identifiers"].detail
    text = repr(list(results.values()))
    assert "'c2'" not in text
    assert "U2" not in text


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("end_date = date '2026-06-26'", "0 children"),
        ("end_date = date '2026-06-27'", "1 children have two open main registrations at once, 1 of them with nothing"),
        ("start_date = date '2026-06-27'", "0 children"),
        ("start_date = date '2026-06-26'", "1 children have two open main registrations at once, 0 of them"),
        ("last_recorded_date = date '2026-01-15'", "at once, 0 of them"),
        ("last_present_date = date '2026-06-25'", "at once, 0 of them"),
        ("school_durable_id = '8384001'", "0 children"),
        ("child_durable_key = 'c3'", "0 children"),
    ],
)
def test_two_registrations_at_once_are_counted_on_the_day_and_said_how_they_differ(
    connection: duckdb.DuckDBPyConnection, change: str, said: str
) -> None:
    connection.execute(SPOILT["children_at_two_schools"])
    second = "child_durable_key = 'c1' and school_id = '8384002'"
    connection.execute(f"update intermediate.int_main_registrations set {change} where {second}")
    assert said in judge(connection)["children_at_two_schools"].detail


@pytest.mark.parametrize(
    ("change", "found"),
    [
        ("update core.fct_huddle_review set huddle_date = date '2026-04-13'", 1),
        ("update core.fct_response set opened_date = date '2020-07-20'", 1),
        ("update core.fct_response set child_durable_key = 'c1'", 1),
        ("update core.fct_response set child_durable_key = 'unknown', school_key = 's1'", 0),
        ("update core.fct_response set school_key = 'unknown'", 0),
        (
            "update core.dim_school set todays_school_durable_key = 'd1';"
            "update core.fct_response set school_key = 's1'",
            0,
        ),
    ],
)
def test_a_child_is_talked_about_where_it_is_to_half_a_term_on_either_side(
    connection: duckdb.DuckDBPyConnection, change: str, found: int
) -> None:
    connection.execute(change)
    assert judge(connection)["cases_elsewhere"].observed == found


def test_a_repeated_row_and_a_missing_row_of_one_child_do_not_cancel_out(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute(f"update {FLAGS} set flag_key = 'attendance' where child_key = 'c2'")
    assert judge(connection)["assessments_out_of_grain"].outcome == "fail"


@pytest.mark.parametrize(("before", "expected"), [(0.46, "pass"), (0.54, "pass"), (0.44, "warn"), (0.56, "warn")])
def test_a_flag_rate_that_moved_since_the_release_before_warns(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path, before: float, expected: str
) -> None:
    change = f"update {DASHBOARD} set raised_rate = {before} where flag_code = 'sen' and is_county"
    result = judge(connection, published(tmp_path / "before.duckdb", change))["flag_rate_moved"]
    assert result.outcome == expected
    assert "sen from" in result.detail
    assert "attendance" not in result.detail


def test_a_flag_that_can_no_longer_be_assessed_fails_and_is_named(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    connection.execute(f"update {DASHBOARD} set assessable_count = 0, raised_rate = null where flag_code = 'sen'")
    result = judge(connection, published(tmp_path / "before.duckdb"))["flags_no_longer_assessable"]
    assert result.outcome == "fail"
    assert "sen" in result.detail


def test_the_first_release_is_compared_with_nothing_and_says_so(connection: duckdb.DuckDBPyConnection) -> None:
    result = judge(connection)["flag_rate_moved"]
    assert (result.outcome, result.observed, result.detail) == ("pass", None, "no release before")


def test_the_release_before_is_let_go_and_left_as_it_was(connection: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    file = published(tmp_path / "before.duckdb")
    content = file.read_bytes()
    judge(connection, file)
    assert connection.execute("select count(*) from duckdb_databases() where path is not null").fetchone() == (0,)
    assert file.read_bytes() == content

"""Wrong lists of children not in school: rejected or told of, and what was in force stays."""

import pytest

from tests.support.landing_home import Home, report_text
from tests.support.made_files import PLANTED
from tests.support.made_not_in_school import HEADINGS, not_in_school_csv, spell

CHILDREN = range(1, 41)
TABLE = "not_in_school__spells"
IN_FORCE = f"""
    select count(*) from raw.{TABLE}
    semi join ops.delivery_in_force on _delivery_id = delivery_id and table_name = '{TABLE}'
"""
REASONS = f"select reason, sum(rows)::int from ops.rejection where table_name = '{TABLE}' group by all order by all"
TOLD = "select rule from ops.check_result where outcome = 'warn' and suite like 'not_in_school.%'"


def deliver(home: Home, rows: list[str], day: str = "2026-06-26", headings: str = HEADINGS) -> tuple[str, str]:
    """What became of a file, and all that its report says."""
    not_in_school_csv(home.landing("not_in_school"), rows, day, headings)
    outcome = home.load_one()
    return outcome.status, report_text(outcome) if outcome.report_path else ""


def everybody(**changes: str) -> list[str]:
    return [spell(number, **changes) for number in CHILDREN]


@pytest.fixture
def right(home: Home) -> Home:
    """A home that took a right list of forty."""
    assert deliver(home, everybody(), "2026-03-27")[0] == "accepted"
    assert home.value(IN_FORCE) == 40
    return home


@pytest.mark.parametrize(
    ("rows", "word"),
    [
        (everybody(birth_date="ten"), "birth_date"),
        (everybody(birth_date="01/10/2022"), "not_of_school_age"),
        (everybody(birth_date="01/10/2004"), "not_of_school_age"),
        (everybody(start="01/09/2026"), "spells_ahead"),
        (everybody(end="01/09/2025"), "spells_backwards"),
        (everybody(start="last autumn"), "start_date"),
        (everybody(kind="NEET"), "kind_code"),
        (everybody(suitability="perhaps"), "suitability_code"),
        (everybody(reason="because"), "reason_code"),
        (everybody(person_id="E1"), "duplicate_key"),
        (everybody()[:10], "volume"),
        ([], "rows"),
    ],
)
def test_a_list_that_cannot_be_is_rejected_and_the_right_one_stays(right: Home, rows: list[str], word: str) -> None:
    status, said = deliver(right, rows)
    assert status == "rejected"
    assert word in said
    assert PLANTED not in said and "ZZ1 1AB" not in said
    assert right.value(IN_FORCE) == 40


@pytest.mark.parametrize("heading", ["Notes", "Reason Details", "Visit Comments"])
def test_free_text_turns_the_list_away_and_is_named_by_its_place(right: Home, heading: str) -> None:
    rows = [f"{row},bullied at home" for row in everybody()]
    status, said = deliver(right, rows, headings=f"{HEADINGS},{heading}")
    assert status == "rejected"
    assert "column 19" in said
    assert "bullied" not in said
    assert right.value(IN_FORCE) == 40


def test_the_counts_that_the_department_collects_are_no_list_of_children(right: Home) -> None:
    """The termly return counts by sex, year group and reason; it names nobody, and keeps no contract."""
    headings = "Sex,Year Group,Primary Reason,Number of EHE children on census date"
    status, _ = deliver(right, [f"F,{year},Mental health,{year}" for year in range(1, 12)], headings=headings)
    assert status == "rejected"
    assert right.value(IN_FORCE) == 40


@pytest.mark.parametrize(
    ("rule", "changes"),
    [
        ("home_education_unsuitable", {"suitability": "not suitable"}),
        ("order_while_suitable", {"order": "Y"}),
    ],
)
def test_what_contradicts_itself_is_taken_and_told_of(home: Home, rule: str, changes: dict[str, str]) -> None:
    assert deliver(home, everybody(**changes))[0] == "accepted_with_warnings"
    assert home.value(IN_FORCE) == 40
    assert home.rows(TOLD) == [(rule,)]


def test_a_wrong_row_is_left_out_and_counted_by_its_reason(home: Home) -> None:
    assert deliver(home, [*everybody(), spell(41, suitability="?"), spell(40)])[0] == "accepted_with_warnings"
    assert home.rows(REASONS) == [("code_unknown", 1), ("duplicate_key", 1)]
    assert home.value(IN_FORCE) == 40


def test_what_no_flag_rests_on_is_set_aside_and_the_child_stays(home: Home) -> None:
    assert deliver(home, [spell(1, upn="X1", reason="ZZ"), *everybody()[1:]])[0] == "accepted_with_warnings"
    assert home.rows("select column_name, rows from ops.set_aside order by all") == [("reason_code", 1), ("upn", 1)]
    assert home.value(IN_FORCE) == 40


def test_home_education_and_then_missing_education_are_two_spells(home: Home) -> None:
    then = spell(1, kind="CME", start="01/02/2026", suitability="", reason="home education unsuitable")
    assert deliver(home, [spell(1, end="01/02/2026"), then, *everybody()[1:]])[0] == "accepted"
    assert home.value(IN_FORCE) == 41


def test_another_system_has_its_own_headings(home: Home) -> None:
    headings = HEADINGS.replace("Person Ref,Kind", "Student ID,Category").replace("From,To", "Date Started,Date Ended")
    headings = headings.replace("Suitability,School Attendance Order", "Education Suitable,SAO Issued")
    assert deliver(home, everybody(kind="Elective Home Education"), headings=headings)[0] == "accepted"
    assert home.value(IN_FORCE) == 40


def test_a_later_list_takes_the_place_of_the_one_before(right: Home) -> None:
    assert deliver(right, everybody()[:38], "2026-06-26")[0] == "accepted"
    assert right.value(IN_FORCE) == 38

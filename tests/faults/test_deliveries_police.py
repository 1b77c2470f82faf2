"""Wrong lists of police notifications: rejected or told of, and what was in force stays."""

import pytest

from tests.support.landing_home import Home, report_text
from tests.support.made_files import PLANTED
from tests.support.made_police import HEADINGS, notification, police_csv

CHILDREN = range(1, 41)
TABLE = "police_notifications__notifications"
IN_FORCE = f"""
    select count(*) from raw.{TABLE}
    semi join ops.delivery_in_force on _delivery_id = delivery_id and table_name = '{TABLE}'
"""
REASONS = f"select reason, sum(rows)::int from ops.rejection where table_name = '{TABLE}' group by all order by all"


def deliver(home: Home, rows: list[str], day: str = "2026-06-26", headings: str = HEADINGS) -> tuple[str, str]:
    """What became of a list, and all that its report says."""
    police_csv(home.landing("police_notifications"), rows, day, headings)
    outcome = home.load_one()
    return outcome.status, report_text(outcome) if outcome.report_path else ""


def everybody(**changes: str) -> list[str]:
    return [notification(number, **changes) for number in CHILDREN]


@pytest.fixture
def right(home: Home) -> Home:
    """A home that took a right list of forty."""
    assert deliver(home, everybody(), "2026-06-19")[0] == "accepted"
    assert home.value(IN_FORCE) == 40
    return home


@pytest.mark.parametrize(
    ("rows", "word"),
    [
        (everybody(kind="burglary"), "kind_code"),
        (everybody(role="bystander"), "role_code"),
        (everybody(role=""), "role_code"),
        (everybody(grade="severe"), "grade_code"),
        (everybody(incident="last weekend"), "incident_date"),
        (everybody(received=""), "received_date"),
        (everybody(ref="PN1"), "duplicate_key"),
        (everybody()[:10], "volume"),
        ([], "rows"),
    ],
)
def test_a_list_that_cannot_be_is_rejected_and_the_right_one_stays(right: Home, rows: list[str], word: str) -> None:
    status, said = deliver(right, rows)
    assert status == "rejected"
    assert word in said
    assert PLANTED not in said and "High Street" not in said
    assert right.value(IN_FORCE) == 40


@pytest.mark.parametrize(
    "heading", ["Narrative", "Incident Details", "Circumstances Summary", "Officer Comments", "Voice of Child Text"]
)
def test_a_narrative_turns_the_file_away_and_is_named_by_its_place(right: Home, heading: str) -> None:
    """What happened is not the council's to hold; nothing of it is kept or repeated."""
    rows = [f"{row},shouting was heard" for row in everybody()]
    status, said = deliver(right, rows, headings=f"{HEADINGS},{heading}")
    assert status == "rejected"
    assert "column 15" in said and "is free text, which tells of persons: take it out" in said
    assert "shouting" not in said + str(right.rows("from ops.delivery"))
    assert right.value(IN_FORCE) == 40


def test_a_heading_that_nobody_declared_turns_the_file_away(right: Home) -> None:
    status, said = deliver(right, [f"{row},12" for row in everybody()], headings=f"{HEADINGS},Offence Code")
    assert status == "rejected" and "column 15" in said


@pytest.mark.parametrize(
    ("rule", "changes"),
    [
        ("received_before_incident", {"received": "31/05/2026"}),
        ("notice_without_grade", {"grade": ""}),
    ],
)
def test_what_contradicts_itself_is_taken_and_told_of(home: Home, rule: str, changes: dict[str, str]) -> None:
    assert deliver(home, everybody(**changes))[0] == "accepted_with_warnings"
    assert home.value(IN_FORCE) == 40
    told = "select rule from ops.check_result where outcome = 'warn' and suite like 'police_notifications.%'"
    assert home.rows(told) == [(rule,)]


def test_a_list_of_other_notifications_is_taken_and_told_of(right: Home) -> None:
    """An export whose references are written in another way: nearly none of the rows before are in it."""
    assert deliver(right, [notification(number + 1000) for number in CHILDREN])[0] == "accepted_with_warnings"
    told = "select rule from ops.check_result where outcome = 'warn' and suite like 'police_notifications.%'"
    assert ("rows_kept",) in right.rows(told)


def test_anti_social_behaviour_needs_no_grade_and_a_call_on_its_own_day_is_none_too_early(home: Home) -> None:
    assert deliver(home, everybody(kind="asb", role="victim", grade="", received="01/06/2026"))[0] == "accepted"


def test_a_wrong_row_is_left_out_and_counted_by_its_reason(home: Home) -> None:
    rows = [*everybody(), notification(41, role="bystander"), notification(40, forename="Otherwise")]
    assert deliver(home, rows)[0] == "accepted_with_warnings"
    assert home.rows(REASONS) == [("code_unknown", 1), ("duplicate_key", 1)]
    assert home.value(IN_FORCE) == 40


def test_a_school_that_cannot_be_is_set_aside_and_the_notification_stays(home: Home) -> None:
    rows = [notification(1, kind="encompass", role="child present", school="the primary"), *everybody()[1:]]
    assert deliver(home, rows)[0] == "accepted_with_warnings"
    assert home.rows("select column_name, rows from ops.set_aside") == [("school_id", 1)]
    assert home.value(IN_FORCE) == 40


def test_children_of_one_incident_have_one_reference_and_a_number_each(home: Home) -> None:
    family = [
        notification(1, person=str(n), kind="encompass", role="in household", forename=f"C{n}") for n in (1, 2, 3)
    ]
    assert deliver(home, family)[0] == "accepted"
    assert home.value(IN_FORCE) == 3


def test_a_police_force_has_its_own_headings_and_words(home: Home) -> None:
    headings = "URN,Child No,Type,Family Name,Given Name,Date of Birth,Gender,Address,Post Code,Incident,Date Received"
    rows = [",".join(row.split(",")[:11]) + ",Amber,Suspect" for row in everybody(kind="PPN")]
    assert deliver(home, rows, headings=f"{headings},RAG,Involvement")[0] == "accepted"
    assert home.rows(f"select distinct kind_code, grade_code, role_code from raw.{TABLE}") == [
        ("ppn", "amber", "suspect")
    ]


def test_a_newer_list_takes_the_place_of_the_one_before(right: Home) -> None:
    assert deliver(right, [*everybody()[5:], *(notification(n) for n in range(41, 51))])[0] == "accepted"
    assert right.value(IN_FORCE) == 45

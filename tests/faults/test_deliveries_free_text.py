"""A column of free text turns the file away, by the class of its source and whatever its contract leaves unread."""

from collections.abc import Callable

import pytest

from expectations import reference
from expectations.contract import free_text
from expectations.contract.model import load_contracts, sources
from orchestration.deliveries.outcome import DeliveryOutcome
from tests.support.landing_home import Home
from tests.support.made_files import PUPIL_HEADINGS, pupil, pupils_csv, text, upn

SAID = "fell out with Ashcombe"
MARKS = "UPN,School ID,Date,AM,PM"


def attendance(home: Home, heading: str) -> DeliveryOutcome:
    rows = [f"{upn(number)},9994001,2026-06-25,/,/,{SAID}" for number in range(1, 21)]
    name = "attendance_daily_9994001_2026-06-25.csv"
    text(home.landing("attendance_daily") / name, "\n".join([f"{MARKS},{heading}", *rows]) + "\n")
    return home.load_one()


@pytest.mark.parametrize("heading", ["Comments", "AM Comment", "Teacher Notes", "absence_description"])
def test_comments_beside_marks_turn_the_file_away(
    home: Home, report: Callable[[DeliveryOutcome], str], heading: str
) -> None:
    outcome = attendance(home, heading)
    assert outcome.status == "rejected"
    assert "column 6" in outcome.reason and "is free text, which tells of persons: take it out" in outcome.reason
    assert SAID not in report(outcome) and "Ashcombe" not in str(home.rows("from ops.delivery"))


def test_what_is_no_free_text_stays_unread(home: Home) -> None:
    assert attendance(home, "Year Group").status == "accepted"


def test_notes_of_the_front_door_turn_the_file_away(home: Home) -> None:
    text(
        home.landing("front_door") / "front_door_events_2026-05-29.csv",
        f"Kind,Ref,Person Ref,Received,Source,Decision,Contact Notes\ncontact,C1,,01/05/2026,police,advice,{SAID}\n",
    )
    outcome = home.load_one()
    assert outcome.status == "rejected" and "free text" in outcome.reason


def test_a_column_of_synergy_that_nobody_declared_is_told_as_what_it_is(home: Home) -> None:
    pupils_csv(home.landing("synergy"), [f"{pupil(1)},{SAID}"], headings=f"{PUPIL_HEADINGS},Notes")
    outcome = home.load_one()
    assert outcome.status == "rejected" and "free text" in outcome.reason


def test_the_class_decides_and_no_list_of_sources(monkeypatch: pytest.MonkeyPatch) -> None:
    refusing = {source for source in sources() if free_text.is_refused(source, "Notes")}
    taking = set(reference.codes("ref_source.source[class_code=ordinary]"))
    assert refusing == set(sources()) - taking and refusing >= {"family_matters", "front_door", "nccis"}
    assert free_text.is_refused("a source of no class", "Notes")
    monkeypatch.setattr(reference, "takes_free_text", lambda source: source != "responses")
    assert free_text.is_refused("responses", "Review Notes") and not free_text.is_refused("front_door", "Notes")


def test_no_contract_of_a_sensitive_source_leaves_free_text_unread() -> None:
    unread = [
        (contract.name, pattern)
        for contract in load_contracts()
        for pattern in (*contract.ignored, *(one for table in contract.tables.values() for one in table.ignored))
        if free_text.is_refused(contract.source, pattern)
    ]
    assert unread == []

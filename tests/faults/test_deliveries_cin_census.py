"""Wrong censuses of children in need: rejected or told of, and what was in force stays."""

import pytest

from tests.support.landing_home import Home, report_text
from tests.support.made_cin_census import child, cin_census, cin_census_xml, episode, protection_plan

CHILDREN = range(1, 41)
IN_FORCE = """
    select count(*) from raw.cin_census__episodes
    semi join ops.delivery_in_force on _delivery_id = delivery_id and table_name = 'cin_census__episodes'
"""


def deliver(home: Home, content: str, year: str = "2026") -> tuple[str, str]:
    """What became of a return, and all that its report says."""
    cin_census_xml(home.landing("cin_census"), content, year)
    outcome = home.load_one()
    return outcome.status, report_text(outcome) if outcome.report_path else ""


@pytest.fixture
def right(home: Home) -> Home:
    """A home that took a right return of forty."""
    assert deliver(home, cin_census([child(n) for n in CHILDREN]))[0] == "accepted"
    assert home.value(IN_FORCE) == 40
    return home


def later(content: str) -> str:
    """The same year, sent a day later."""
    return content.replace("2026-06-09T", "2026-06-10T")


def everybody(details: str = "") -> list[str]:
    return [child(n, details) for n in CHILDREN]


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (cin_census(everybody(episode("not known"))), "referral_date"),
        (cin_census(everybody(), collection="CLA"), "does not say CIN"),
        (cin_census(everybody(), collection="School Census"), "does not say CIN"),
        (cin_census(everybody(), reference_date="31/03/2026"), "ReferenceDate"),
        (cin_census(everybody(), year="2025"), "does not agree with the header"),
        (cin_census([child(n, episode(more="<Mood>low</Mood>")) for n in CHILDREN]), "is not declared"),
        (cin_census([child(n).replace("<Sex>", "<Surname>Quill</Surname><Sex>") for n in CHILDREN]), "is not declared"),
        (cin_census(everybody())[:-4000], "not well formed"),
        (cin_census([child(1) for _ in CHILDREN]), "duplicate_key"),
        (cin_census([child(n) for n in range(1, 11)]), "volume"),
        (cin_census([]), "rows"),
        ("<!DOCTYPE Message>" + cin_census(everybody()).partition("\n")[2], "DOCTYPE"),
    ],
)
def test_a_return_that_cannot_be_is_rejected_and_the_right_one_stays(right: Home, content: str, word: str) -> None:
    status, said = deliver(right, later(content))
    assert status == "rejected"
    assert word in said
    assert "Quill" not in said and "SC000001" not in said
    assert right.value(IN_FORCE) == 40


@pytest.mark.parametrize(
    ("rule", "children"),
    [
        ("status_ended_before_it_began", everybody(episode("2025-09-01", "2025-08-01", "RC7"))),
        ("status_after_reference_date", everybody(episode("2026-04-01"))),
        ("status_after_reference_date", everybody(episode("2025-09-01", "2026-04-01", "RC7"))),
        ("closed_without_reason", everybody(episode("2025-09-01", "2025-10-01"))),
        ("protected_without_need", everybody(episode(more=protection_plan("2025-08-31")))),
        ("school_age_without_upn", [child(n, identifiers="<UPNunknown>UN5</UPNunknown>") for n in CHILDREN]),
    ],
)
def test_what_contradicts_itself_is_taken_and_told_of(home: Home, rule: str, children: list[str]) -> None:
    assert deliver(home, cin_census(children))[0] == "accepted_with_warnings"
    assert home.value(IN_FORCE) == 40
    assert home.rows("select rule from ops.check_result where outcome = 'warn' and suite like 'cin_census.%'") == [
        (rule,)
    ]


@pytest.mark.parametrize(("born", "is_told"), [("2021-03-31", True), ("2021-04-01", False)])
def test_from_the_fifth_birthday_on_a_child_has_a_upn(home: Home, born: str, is_told: bool) -> None:
    unknown = [child(n, identifiers="<UPNunknown>UN1</UPNunknown>", born=born) for n in CHILDREN]
    assert deliver(home, cin_census(unknown))[0] == ("accepted_with_warnings" if is_told else "accepted")


def test_what_nobody_asks_for_is_not_kept(right: Home) -> None:
    """The file says where from and why a child was referred; no table has it."""
    held = "select column_name from information_schema.columns where table_name like 'cin_census%'"
    names = {name for (name,) in right.rows(held)}
    assert {"child_ref", "referral_date", "closure_reason"} <= names
    assert not {name for name in names if "source" in name or "need" in name or "ethnic" in name or "disab" in name}


def test_a_year_put_right_takes_the_place_of_the_first_and_no_other(right: Home) -> None:
    before = cin_census([child(n) for n in CHILDREN], year="2025", reference_date="2025-03-31")
    assert deliver(right, before.replace("2025-09-01", "2024-09-01"), "2025")[0] == "accepted"
    assert right.value(IN_FORCE) == 80
    assert deliver(right, later(cin_census([child(n) for n in range(1, 39)])))[0] == "accepted"
    assert right.value(IN_FORCE) == 78


def test_the_version_that_was_sent_first_changes_nothing_when_it_comes_last(home: Home) -> None:
    deliver(home, later(cin_census([child(n) for n in range(1, 39)])))
    deliver(home, cin_census([child(n) for n in CHILDREN]))
    assert home.value(IN_FORCE) == 38


def test_an_upn_that_cannot_be_is_set_aside_and_the_child_stays(home: Home) -> None:
    wrong = child(1).replace("<UPN>", "<UPN>Z")
    status, _ = deliver(home, cin_census([wrong, *(child(n) for n in range(2, 41))]))
    assert status == "accepted_with_warnings"
    assert home.rows("select column_name, rows from ops.set_aside") == [("upn", 1)]
    assert home.value("select count(*) from raw.cin_census__children where upn is null") == 1


def test_a_year_covers_the_twelve_months_to_its_day(right: Home) -> None:
    assert right.rows("select period, covers_from_date::varchar, covers_to_date::varchar from ops.delivery") == [
        ("2026", "2025-04-01", "2026-03-31")
    ]


def test_each_plan_is_a_row_of_the_child_whose_need_it_is_for(home: Home) -> None:
    plan = "<CINPlanDates><CINPlanStartDate>2025-09-20</CINPlanStartDate></CINPlanDates>"
    details = episode(more=protection_plan("2025-10-01", "2026-01-01") + protection_plan("2026-02-01") + plan)
    deliver(home, cin_census([child(1, episode("2025-04-02", "2025-05-01", "RC8") + details), *everybody()[1:]]))
    kept = "select start_date, end_date from raw.cin_census__{} where record_id like '%-1' order by all"
    assert home.rows(kept.format("protection_plans")) == [("2025-10-01", "2026-01-01"), ("2026-02-01", None)]
    assert home.rows(kept.format("plans")) == [("2025-09-20", None)]
    assert home.value("select count(*) from raw.cin_census__episodes where record_id like '%-1'") == 2

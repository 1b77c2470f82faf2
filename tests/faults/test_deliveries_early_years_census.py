"""Wrong files of the Early Years Census: rejected or told of, and what was in force stays."""

import pytest

from tests.support.landing_home import Home, report_text
from tests.support.made_early_years import HEADINGS, early_years_csv, place
from tests.support.made_files import PLANTED

CHILDREN = range(1, 41)
TABLE = "early_years_census__places"
IN_FORCE = f"""
    select count(*) from raw.{TABLE}
    semi join ops.delivery_in_force on _delivery_id = delivery_id and table_name = '{TABLE}'
"""
REASONS = f"select reason, sum(rows)::int from ops.rejection where table_name = '{TABLE}' group by all order by all"
TOLD = "select rule from ops.check_result where outcome = 'warn' and suite like 'early_years_census.%'"


def deliver(home: Home, rows: list[str], day: str = "2026-02-05", headings: str = HEADINGS) -> tuple[str, str]:
    """What became of a file, and all that its report says."""
    early_years_csv(home.landing("early_years_census"), rows, day, headings)
    outcome = home.load_one()
    return outcome.status, report_text(outcome) if outcome.report_path else ""


def everybody(**changes: str) -> list[str]:
    return [place(number, **changes) for number in CHILDREN]


@pytest.fixture
def right(home: Home) -> Home:
    """A home that took a right file of forty."""
    assert deliver(home, everybody(), "2026-01-29")[0] == "accepted"
    assert home.value(IN_FORCE) == 40
    return home


@pytest.mark.parametrize(
    ("rows", "word"),
    [
        (everybody(birth_date="three"), "birth_date"),
        (everybody(birth_date="01/10/2020"), "not_under_five"),
        (everybody(birth_date="01/10/2026"), "not_under_five"),
        (everybody(census_date="16/01/2025"), "census_day_elsewhere"),
        (everybody(census_date="06/02/2026"), "census_day_elsewhere"),
        (everybody(urn="Little Acorns"), "setting_urn"),
        (everybody(funded="fifteen"), "funded_hours"),
        (everybody(funded="150"), "funded_hours"),
        (everybody(extended="-1"), "extended_hours"),
        (everybody(basis="POOR"), "two_year_basis"),
        (everybody(premium="perhaps"), "has_pupil_premium"),
        (everybody(sen="X"), "sen_provision"),
        (everybody(forename="Same"), "duplicate_key"),
        (everybody()[:10], "volume"),
        ([], "rows"),
    ],
)
def test_a_file_that_cannot_be_is_rejected_and_the_right_one_stays(right: Home, rows: list[str], word: str) -> None:
    status, said = deliver(right, rows)
    assert status == "rejected"
    assert word in said
    assert PLANTED not in said and "ZZ1 1AB" not in said
    assert right.value(IN_FORCE) == 40


@pytest.mark.parametrize("heading", ["Notes", "Setting Comments"])
def test_free_text_turns_the_file_away_and_is_named_by_its_place(right: Home, heading: str) -> None:
    status, said = deliver(right, [f"{row},bites others" for row in everybody()], headings=f"{HEADINGS},{heading}")
    assert status == "rejected"
    assert "column 22" in said and "is free text, which tells of persons: take it out" in said
    assert "bites" not in said
    assert right.value(IN_FORCE) == 40


def test_the_departments_own_upload_keeps_no_contract_and_says_what_to_take(right: Home) -> None:
    """Lines of many kinds, the first of them about the file: documented nowhere, and not read."""
    upload = "H,EYC,SPR,2026,2026-01-15,L,999,Software,,001,2026-01-15T10:36:42"
    status, said = deliver(right, ["P,500011,Setting", *(f"C,{PLANTED}" for _ in CHILDREN)], headings=upload)
    assert status == "rejected"
    assert "Take the list of children with one row for each child and setting" in said
    assert PLANTED not in said
    assert right.value(IN_FORCE) == 40


@pytest.mark.parametrize(
    ("rule", "changes"),
    [
        ("premium_without_basis", {"premium_basis": ""}),
        ("working_hours_without_code", {"expanded": "15", "extended": "0", "code": ""}),
    ],
)
def test_what_contradicts_itself_is_taken_and_told_of(home: Home, rule: str, changes: dict[str, str]) -> None:
    assert deliver(home, everybody(**changes))[0] == "accepted_with_warnings"
    assert home.value(IN_FORCE) == 40
    assert home.rows(TOLD) == [(rule,)]


def test_a_wrong_row_is_left_out_and_counted_by_its_reason(home: Home) -> None:
    assert deliver(home, [*everybody(), place(41, basis="POOR"), place(40)])[0] == "accepted_with_warnings"
    assert home.rows(REASONS) == [("code_unknown", 1), ("duplicate_key", 1)]
    assert home.value(IN_FORCE) == 40


def test_what_no_flag_rests_on_is_set_aside_and_the_child_stays(home: Home) -> None:
    assert deliver(home, [place(1, premium_basis="ZZ"), *everybody()[1:]])[0] == "accepted_with_warnings"
    assert home.rows("select column_name, rows from ops.set_aside") == [("premium_basis", 1)]
    assert home.value(IN_FORCE) == 40


def test_a_child_at_two_settings_has_two_rows(home: Home) -> None:
    assert deliver(home, [*everybody(), place(1, urn="EY500012", funded="0")])[0] == "accepted"
    assert home.value(IN_FORCE) == 41


def test_another_system_has_its_own_headings(home: Home) -> None:
    headings = HEADINGS.replace("EYPPR,EYPPBF", "EY Pupil Premium Receipt,EYPP Basis").replace("URN", "Ofsted URN", 1)
    headings = headings.replace("Surname,Forename,Date of Birth", "Legal Surname,Given Name,DOB")
    assert deliver(home, everybody(), headings=headings)[0] == "accepted"
    assert home.value(IN_FORCE) == 40


def test_a_later_file_of_one_january_takes_its_place_and_that_of_another_stands_beside_it(right: Home) -> None:
    assert deliver(right, everybody()[:38], "2026-02-19")[0] == "accepted"
    assert right.value(IN_FORCE) == 38
    earlier = everybody(census_date="16/01/2025", birth_date="01/10/2021")
    assert deliver(right, earlier, "2025-02-06")[0] == "accepted"
    assert right.value(IN_FORCE) == 78

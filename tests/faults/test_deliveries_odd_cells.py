"""Cells that hold no value: errors, formulas that were never calculated, numbers that are not what the sheet shows."""

from collections.abc import Callable
from typing import Any

import pytest

from expectations.contract.odd_cells import ERRORS
from orchestration import deliveries
from orchestration.deliveries import DeliveryOutcome
from orchestration.settings import PROJECT
from tests.support.landing_home import Home
from tests.support.made_files import PUPIL_HEADINGS, pupil, pupils_csv, upn
from tests.support.made_files import text as file_of
from tests.support.made_workbooks import (
    DAY,
    ERROR,
    HEADINGS,
    NEVER_CALCULATED,
    NOTHING,
    household,
    member,
    need,
    text,
    workbook,
)

CASE = PROJECT.parent / "shared" / "cases" / "c05" / "family_matters"
SOUND = [household(text(f"H{n:03d}")) for n in range(2, 42)]
MEMBERS = [member(text(f"H{n:03d}")) for n in range(2, 42)]
NEEDS = [need(text(f"H{n:03d}")) for n in range(2, 42)]


def _one(home: Home, row: str, **more: Any) -> DeliveryOutcome:
    """A workbook of forty sound households and this one."""
    workbook(home.landing("family_matters"), [row, *SOUND], MEMBERS, NEEDS, **more)
    return home.load_one()


@pytest.mark.skipif(not CASE.exists(), reason="the cases are not beside the checkout")
def test_a_workbook_whose_every_end_date_is_an_error_is_rejected_with_the_reason(home: Home) -> None:
    deliveries.deliver(home.settings, sorted(CASE.iterdir()), "family_matters")
    outcome = home.load_one()
    assert outcome.status == "rejected"
    assert "end_date:error_cell (10)" in outcome.reason
    assert home.value("select count(*) from raw.family_matters__households") == 0


WITHOUT_VALUE = [
    (household(text("H001"), end=ERROR), "end_date:error_cell"),
    (household(text("H001"), end='<c t="e"><v>#NONSENSE!</v></c>'), "end_date:error_cell"),
    (household(text("H001"), end='<c t="e"/>'), "end_date:error_cell"),
    (household(text("H001"), end=text("#REF!")), "end_date:error_cell"),
    (household(ERROR), "household_id:error_cell"),
    (household(text("H001"), name=ERROR), "programme:error_cell"),
    (household(text("H001"), start=ERROR), "start_date:error_cell"),
    (household(text("H001"), end=NEVER_CALCULATED), "end_date:formula_without_value"),
    (household(text("H001"), end="<c><f>A2</f><v></v></c>"), "end_date:formula_without_value"),
    (household(text("H001"), end='<c t="str"><f>A2</f></c>'), "end_date:formula_without_value"),
    (household(NEVER_CALCULATED), "household_id:formula_without_value"),
    (household("<c><v>1234567890123456</v></c>"), "household_id:digits_lost"),
    (household("<c><v>1.23456789012345E+19</v></c>"), "household_id:digits_lost"),
    (household('<c s="3"><v>1</v></c>'), "household_id:shown_otherwise"),
    (household('<c s="2"><v>45600</v></c>'), "household_id:shown_otherwise"),
    (household('<c s="6"><v>45600</v></c>'), "household_id:shown_otherwise"),
    (household('<c s="5"><v>0.5</v></c>'), "household_id:shown_otherwise"),
    (household('<c s="1"><v>1.5</v></c>'), "household_id:shown_otherwise"),
    (household(text("H001"), end="<c><v>45700</v></c>"), "end_date:date_unreadable"),
    (household(text("H001"), end='<c t="b"><v>0</v></c>'), "end_date:date_unreadable"),
]
"""Rows of Households with a cell that holds no value, and why."""


def test_a_cell_without_a_value_quarantines_its_row_with_one_reason(
    home: Home, report: Callable[[DeliveryOutcome], str]
) -> None:
    sound = [household(text(f"H{n:03d}")) for n in range(2, 302)]
    workbook(home.landing("family_matters"), [*(row for row, _ in WITHOUT_VALUE), *sound], MEMBERS, NEEDS)
    outcome = home.load_one()
    assert (outcome.status, outcome.rows_rejected) == ("accepted_with_warnings", len(WITHOUT_VALUE))
    found = home.rows("select _reasons from quarantine.family_matters__households order by _row_number")
    told = [[reason for reason in reasons if "duplicate_key" not in reason] for (reasons,) in found]
    assert told == [[reason] for _, reason in WITHOUT_VALUE]
    assert all(reason.split(":")[1] in report(outcome) for _, reason in WITHOUT_VALUE)


END_DATES = [
    ('<c t="str"><f>""</f><v></v></c>', None),
    (NOTHING, None),
    ('<c s="2"/>', None),
    (DAY.format(45700), "2025-02-12"),
    ('<c s="2"><f>E2+101</f><v>45700</v></c>', "2025-02-12"),
    ('<c t="str"><f>A2</f><v>2025-02-12</v></c>', "2025-02-12"),
    ('<c t="d"><v>2025-02-12T00:00:00</v></c>', "2025-02-12"),
    (text("12/02/2025"), "12/02/2025"),
]
"""Cells that are truly empty, or hold what was calculated."""


def test_what_is_empty_or_calculated_is_read_as_it_stands(home: Home) -> None:
    rows = [household(text(f"E{n}"), end=cell) for n, (cell, _) in enumerate(END_DATES)]
    workbook(home.landing("family_matters"), [*rows, *SOUND], MEMBERS, NEEDS)
    outcome = home.load_one()
    assert (outcome.status, outcome.rows_rejected) == ("accepted", 0)
    found = home.rows("select end_date from raw.family_matters__households order by _row_number")
    assert [end_date for (end_date,) in found[: len(END_DATES)]] == [read for _, read in END_DATES]


IDENTIFIERS = [
    ('<c s="1"><v>1</v></c>', "00001"),
    ('<c s="1"><v>123456</v></c>', "123456"),
    ('<c s="4"><v>1</v></c>', "1"),
    ("<c><v>120000000000</v></c>", "120000000000"),
    ("<c><v>1.2E+11</v></c>", "120000000000"),
    ("<c><v>999999999999999</v></c>", "999999999999999"),
    ('<c t="s"><v>0</v></c>', "007"),
    ('<c t="s"><v>1</v></c>', "Hé7"),
]


def test_an_identifier_is_read_as_the_sheet_shows_it(home: Home) -> None:
    shared = '<si><t>007</t></si><si><r><t>H</t></r><r><t>é7</t></r><rPh sb="0" eb="1"><t>x</t></rPh></si>'
    rows = [household(cell, start=DAY.format(45599 + n)) for n, (cell, _) in enumerate(IDENTIFIERS)]
    workbook(home.landing("family_matters"), [*rows, *SOUND], MEMBERS, NEEDS, shared=shared)
    assert home.load_one().status == "accepted"
    found = home.rows("select household_id from raw.family_matters__households order by _row_number")
    assert [ref for (ref,) in found[: len(IDENTIFIERS)]] == [read for _, read in IDENTIFIERS]


def test_days_are_counted_from_the_year_that_the_workbook_says(home: Home) -> None:
    _one(home, household(text("H001"), start=DAY.format(44137), end=DAY.format(44238)), properties='date1904="1"')
    found = home.rows("select start_date, end_date from raw.family_matters__households where household_id = 'H001'")
    assert found == [("2024-11-03", "2025-02-12")]


def test_an_error_among_the_headings_rejects_the_workbook(home: Home) -> None:
    headings = {"Households": [*HEADINGS["Households"][:5], ERROR]}
    outcome = _one(home, household(text("H001"), end=DAY.format(45700)), headings=headings)
    assert outcome.status == "rejected"
    assert "column 6 is not declared" in outcome.reason


def test_a_row_of_errors_alone_is_a_row_and_empty_formulas_are_none(home: Home) -> None:
    empty = "<row>" + '<c t="str"><f>""</f><v></v></c>' * 6 + "</row>"
    workbook(home.landing("family_matters"), [*SOUND, empty, f"<row>{ERROR * 6}</row>"], MEMBERS, NEEDS)
    outcome = home.load_one()
    assert outcome.rows_rejected == 1
    assert home.value("select count(*) from quarantine.family_matters__households") == 1


def test_a_secondary_cell_without_value_is_set_aside_and_its_row_lives(home: Home) -> None:
    workbook(
        home.landing("family_matters"),
        [household(text("H001"), address=ERROR), *SOUND],
        [member(text("H001"), relationship=NEVER_CALCULATED), *MEMBERS],
        NEEDS,
    )
    outcome = home.load_one()
    assert (outcome.status, outcome.rows_rejected) == ("accepted_with_warnings", 0)
    assert home.rows("select table_name, column_name, reason, rows from ops.set_aside order by all") == [
        ("family_matters__households", "address_line", "error_cell", 1),
        ("family_matters__members", "relationship", "formula_without_value", 1),
    ]
    assert home.value("select address_line from raw.family_matters__households where household_id = 'H001'") is None


def test_an_error_that_a_spreadsheet_wrote_into_csv_is_no_text_of_any_column(home: Home) -> None:
    words = [*ERRORS, "#n/a", "########"]
    spoilt = [{column: word} for word in words for column in ("surname", "birth_date")]
    pupils_csv(
        home.landing("synergy"),
        # what only begins like an error is a text
        [pupil(n, address="#2 High Street") for n in range(1, 901)]
        + [pupil(900 + n, **changes) for n, changes in enumerate(spoilt, start=1)],
    )
    assert home.load_one().rows_rejected == len(spoilt)
    found = home.rows("select _reasons from quarantine.synergy__pupils order by _row_number")
    assert [reasons for (reasons,) in found] == [[f"{column}:error_cell"] for changes in spoilt for column in changes]


def test_an_error_in_a_column_that_nobody_reads_does_not_matter(home: Home) -> None:
    heading = "UPN,School ID,Date,AM,PM,Minutes Late"
    name = "attendance_daily_9994001_2026-06-25.csv"
    rows = [f"{upn(n)},9994001,2026-06-25,/,/,#REF!" for n in range(1, 21)]
    file_of(home.landing("attendance_daily") / name, "\n".join([heading, *rows]) + "\n")
    assert home.load_one().rows_rejected == 0


def test_an_error_among_the_headings_of_a_csv_rejects_it(home: Home) -> None:
    headings = PUPIL_HEADINGS.replace("Surname", "#REF!")
    pupils_csv(home.landing("synergy"), [pupil(n) for n in range(1, 41)], headings=headings)
    assert home.load_one().status == "rejected"

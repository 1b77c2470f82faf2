"""What is said of a file that cannot be read sends people the right way: word for word, and a text to send back."""

import re
from collections.abc import Callable

import pytest
from openpyxl import Workbook

from expectations.contract.model import load_contracts
from expectations.contract.remedy import REMEDIES, correct, example
from expectations.contract.row_checks import reasons
from orchestration import deliveries
from tests.support.hostile_files import ROWS, SHEETS
from tests.support.landing_home import Home
from tests.support.made_files import PLANTED, PUPIL_HEADINGS, census, census_pupil, pupil, text

PUPILS = [PUPIL_HEADINGS, *(pupil(number) for number in range(1, 41))]
FILE = "synergy_pupils_2026-06-25.csv"
RETURN = "school_census_9994001_2026_spring.xml"
EXPORT = 'Export it with commas between the columns, in a spreadsheet as "CSV UTF-8 (comma delimited)"'
COLLECT = "Send the return as the school's system writes it for COLLECT"
WANTED = (
    "Deliver it with the headings Pupil Ref, Surname, DOB and, where it has them, UPN, FormerUPN, Forename, Gender, "
    "Ethnicity, Address, Postcode, LSOA"
)
HERE = (
    "If the source has changed for good, declare it in expectations/contracts/synergy/v1.yml, or in a new version "
    "beside it"
)
Report = Callable[[deliveries.DeliveryOutcome], str]


def _said(home: Home, report: Report, rows: list[str], name: str = FILE) -> deliveries.DeliveryOutcome:
    text(home.landing("synergy") / name, "\n".join(rows) + "\n")
    outcome = home.load_one()
    assert PLANTED not in report(outcome) + repr(outcome)
    return outcome


@pytest.mark.parametrize(
    ("separator", "called"), [(";", "semicolons"), ("\t", "tabs"), ("|", "bars (|)")], ids=["semicolon", "tab", "bar"]
)
def test_another_separator_is_named(home: Home, report: Report, separator: str, called: str) -> None:
    outcome = _said(home, report, [row.replace(",", separator) for row in PUPILS])
    assert outcome.reason == f"line 1: the columns are separated by {called}, and the contract states commas. {EXPORT}."


@pytest.mark.parametrize("first", ["sep=;", '"sep=;"', "SEP=,"])
def test_a_line_for_spreadsheets_is_told_to_be_left_out(home: Home, report: Report, first: str) -> None:
    outcome = _said(home, report, [first, *(row.replace(",", ";") for row in PUPILS)])
    assert outcome.reason == (
        "line 1: the first line tells a spreadsheet the separator (sep=); a row of headings must come first. "
        f"{EXPORT}, and without that line."
    )


@pytest.mark.parametrize("above", [[f"Pupils of {PLANTED}"], ["Report", "", "25 June 2026,,,"]])
def test_lines_above_the_headings_are_counted(home: Home, report: Report, above: list[str]) -> None:
    outcome = _said(home, report, [*above, *PUPILS])
    lines = f"{len(above)} line{'s' if len(above) > 1 else ''}"
    assert outcome.reason == (
        f"the headings are in line {len(above) + 1}, below {lines} of something else. "
        f"Delete the {lines} above the headings, so that the first line is that of the headings."
    )


def test_what_only_looks_like_another_form_is_read(home: Home) -> None:
    """A contract that fits is never turned down for a title or a separator in a cell."""
    rows = [pupil(number, address="Surname;Forename;DOB;Sex") for number in range(1, 41)]
    text(home.landing("synergy") / FILE, "\n".join([PUPIL_HEADINGS, *rows]) + "\n")
    assert home.load_one().status == "accepted"


def test_a_column_without_a_heading_is_told_by_its_place(home: Home, report: Report) -> None:
    outcome = _said(home, report, [f"{row},," for row in PUPILS])
    assert outcome.reason == (
        "no contract fits; the closest is synergy/v1: column 12 has no heading: write one, or delete the column; "
        f"column 13 has no heading: write one, or delete the column. {WANTED}. {HERE}."
    )


def test_the_headings_that_are_wanted_are_listed(home: Home, report: Report) -> None:
    outcome = _said(home, report, [PUPIL_HEADINGS.replace("DOB", PLANTED), *PUPILS[1:]])
    assert outcome.reason == (
        "no contract fits; the closest is synergy/v1: the required column DOB (birth_date) is missing; column 6 is not "
        f"declared. {WANTED}. {HERE}."
    )


def test_a_file_under_the_name_of_another_kind_is_told_which_it_is(home: Home, report: Report) -> None:
    outcome = _said(home, report, PUPILS, "synergy_sen_2026-06-25.csv")
    assert (
        "Its headings are those of synergy/v1 (pupils). If that is what it is, name it like "
        "synergy_pupils_<extract_date>.csv, of synergy. If not: Deliver it with the headings Pupil Ref,"
        in outcome.reason
    )


def test_a_file_with_a_name_of_its_own_is_told_how_to_call_it(home: Home, report: Report) -> None:
    outcome = _said(home, report, PUPILS, f"{PLANTED} June.csv")
    assert outcome.reason == (
        "its name is not one that a contract knows; its headings are those of synergy/v1 (pupils). "
        "Name it like synergy_pupils_<extract_date>.csv, of synergy."
    )
    assert f"The file whose SHA-256 begins with {outcome.delivery_id} (its name is not repeated here)" in report(
        outcome
    )


def test_the_contract_of_the_right_time_is_named_and_the_one_that_fits_better(home: Home) -> None:
    """Headings of 2020 with one that nobody knows, in a file of 2025."""
    heads = "NativeId,pupilonrolltableid,upn,surname,dob,gender,thirtyhourcode,shoesize"
    text(home.landing("school_census") / "2025_autumn_pupilonroll.csv", f"{heads}\n9994001,1,,A,2012-09-01,F,,1\n")
    outcome = home.load_one()
    assert outcome.reason.startswith("no contract fits; the closest is school_census/collect_2025: ")
    assert re.search(
        r"\. school_census/collect_20(15|20), which is for .*20\d\d-\w+.*, fits better: column 8 is not declared",
        outcome.reason,
    )


def test_years_of_two_digits_are_told_as_such(home: Home, report: Report) -> None:
    outcome = _said(home, report, [*PUPILS, pupil(50, birth_date="01/09/12"), pupil(51, birth_date="01/09/0212")])
    assert outcome.rows_rejected == 2
    assert (
        "| synergy__pupils | birth_date | year_of_two_digits | 1 | 41 | date with a year of two digits | Write years "
        "with four digits, like 01/09/2012: of 12 nobody can tell the century |" in report(outcome)
    )
    assert "| synergy__pupils | birth_date | date_out_of_range | 1 | 42 | date in 212 |" in report(outcome)


def test_the_form_of_a_value_is_printed(home: Home, report: Report) -> None:
    heads = "Pupil Ref,DfE Number,Status,Start Date"
    rows = [f"P{number},999/4001,C,01/09/2023" for number in range(1, 41)]
    text(
        home.landing("synergy") / FILE,
        "\n".join(["Pupil Ref,Surname,DOB", *(f"P{n},X,01/09/2012" for n in range(1, 43))]),
    )
    wrong = ["P41,4001,C,01/09/2023", "P42,999/4001,C,1 Sept 23"]
    text(home.landing("synergy") / "synergy_enrolments_2026-06-25.csv", "\n".join([heads, *rows, *wrong]))
    outcome = next(outcome for outcome in home.load() if outcome.report_path)
    assert "Write the value like 999/9999, where 9 stands for any digit" in report(outcome)
    assert "Write dates like 2012-09-01 or 01/09/2012 or 01-09-2012" in report(outcome)


def test_every_form_of_a_contract_has_an_example_that_keeps_it() -> None:
    patterns = {
        c.pattern for contract in load_contracts() for t in contract.tables.values() for c in t.columns if c.pattern
    }
    assert len(patterns) > 8
    assert [pattern for pattern in patterns if not re.fullmatch(pattern, example(pattern))] == []


def test_every_reason_of_a_row_has_a_remedy() -> None:
    for contract in load_contracts():
        for table in contract.tables.values():
            for column, reason in re.findall(r"'(\w+):(\w+)'", reasons(table)):
                assert correct(table.column(column), reason)
    assert (
        correct(load_contracts()[0].tables["attainment__phonics"].columns[0], "duplicate_key")
        == REMEDIES["duplicate_key"]
    )


@pytest.mark.parametrize(
    "where", ['<Message xmlns="urn:example">', '<Message xmlns:m="urn:example" xmlns="urn:example">']
)
def test_an_xml_namespace_is_named(home: Home, report: Report, where: str) -> None:
    text(home.landing("school_census") / RETURN, census([census_pupil(1)]).replace("<Message>", where))
    assert home.load_one().reason == (
        "the elements stand in an XML namespace (xmlns), which those of such a return never do. "
        "Send the return as its system writes it, not as another program saved it."
    )


def test_pupils_in_a_namespace_of_their_own_are_not_passed_over(home: Home) -> None:
    text(
        home.landing("school_census") / RETURN, census([census_pupil(1)]).replace("<Pupils>", '<Pupils xmlns="urn:x">')
    )
    assert "XML namespace" in home.load_one().reason


def test_a_namespace_that_is_only_declared_is_no_fault(home: Home) -> None:
    declared = '<Message xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
    text(home.landing("school_census") / RETURN, census([census_pupil(1)]).replace("<Message>", declared))
    assert home.load_one().status == "accepted"


def test_letters_of_windows_in_an_xml_that_says_utf_8_are_named(home: Home, report: Report) -> None:
    content = census([census_pupil(1), census_pupil(2)]).replace("Child2", "Zoë")
    text(home.landing("school_census") / RETURN, content, "cp1252")
    outcome = home.load_one()
    assert outcome.reason == (
        "line 4: a letter is not in the encoding that the first line of the XML states, UTF-8 if it states none (it "
        "may be Windows-1252). Send the return as the school's system writes it; do not open and save it in an "
        "editor on the way."
    )


def test_an_element_more_is_told_with_what_to_send(home: Home) -> None:
    pupils = census([census_pupil(1, identifiers="<ShoeSize>38</ShoeSize>")])
    text(home.landing("school_census") / RETURN, pupils)
    assert f"{COLLECT}, without what is not declared" in home.load_one().reason


def _workbook(home: Home, sheets: dict[str, list[list[str]]]) -> deliveries.DeliveryOutcome:
    workbook = Workbook()
    workbook.remove(workbook.active)
    for title, rows in sheets.items():
        sheet = workbook.create_sheet(title)
        for row in rows:
            sheet.append(row)
    path = home.landing("family_matters") / "family_matters_2026-06-20.xlsx"
    path.parent.mkdir(parents=True, exist_ok=True)
    workbook.save(path)
    return home.load_one()


def test_an_undeclared_sheet_is_told_by_its_place_with_the_sheets_that_are_wanted(home: Home, report: Report) -> None:
    outcome = _workbook(home, {name: [SHEETS[name], ROWS[name]] for name in SHEETS} | {PLANTED: [["x"]]})
    assert outcome.reason.startswith(
        "no contract fits; the closest is family_matters/v1: sheet 4 is not declared. Deliver it with"
    )
    assert re.search(
        r"the sheets Households \(Household Ref, .*\); Members \(.*\); Needs \(.*\); and no other sheet\.",
        outcome.reason,
    )
    assert PLANTED not in report(outcome)


def test_a_sheet_that_is_there_twice_is_not_guessed_at(home: Home) -> None:
    sheets = {name: [SHEETS[name], ROWS[name]] for name in SHEETS}
    outcome = _workbook(home, sheets | {"mem_bers": [SHEETS["Members"]]})
    assert "the sheet Members is there more than once" in outcome.reason


def test_rows_above_the_headings_of_a_sheet_are_counted(home: Home) -> None:
    sheets = {name: [SHEETS[name], ROWS[name]] for name in SHEETS}
    outcome = _workbook(home, sheets | {"Members": [[f"Families of {PLANTED}"], [], *sheets["Members"]]})
    assert outcome.reason == (
        "sheet Members: the headings are in row 3, below 2 rows of something else. "
        "Delete the 2 rows above the headings, so that the first row is that of the headings."
    )


@pytest.mark.parametrize("wrong", [1, 20], ids=["a row", "too many"])
def test_a_report_ends_with_what_to_send_back_and_holds_no_value(home: Home, report: Report, wrong: int) -> None:
    rows = [pupil(number, birth_date="31/02/2012") for number in range(50, 50 + wrong)]
    outcome = _said(home, report, [*PUPILS, *rows])
    told = outcome.report_path.read_text()
    letter = told.split("## What to send back to whoever made the file\n\n```text\n")[1]
    assert letter.startswith(f"The file {FILE}, received on ")
    assert letter.endswith("```\n") and letter.count("```") == 1
    assert (
        "- DOB: date unreadable in row 41." if wrong == 1 else "- DOB: date unreadable in 20 rows, the first"
    ) in letter
    assert "Write dates like 2012-09-01" in letter
    assert ("could not be taken" in letter) == (wrong == 20)
    assert not any(part in letter for part in ("Child", "31/02", "expectations/", "EARLYHELP"))


def test_what_only_can_be_done_here_is_not_sent_back(
    home: Home, report: Report, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(home.settings.limits, "rows", 3)
    outcome = _said(home, report, PUPILS)
    before, letter = outcome.report_path.read_text().split("## What to send back")
    assert "EARLYHELP_LIMIT_ROWS" in before
    assert "EARLYHELP" not in letter
    assert "What to do: Split it." in letter

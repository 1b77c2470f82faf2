"""`source try`: what an unknown file is said to be, by which evidence, and that no child is shown by it."""

from collections.abc import Iterable
from pathlib import Path

import pytest
import yaml

from expectations.contract.match import Content, choose
from expectations.contract.model import load_contracts
from orchestration.deliveries.problem import DeliveryProblem
from orchestration.settings import Limits
from orchestration.sources import trial
from orchestration.sources.headings import are_headings
from orchestration.sources.table import opened
from orchestration.sources.values import codes_of
from tests.support.housing import FREE_TEXT, HEADINGS, MEMBER_OF_STAFF, housing_csv
from tests.support.invented_extracts import workbook_of
from tests.support.made_files import PLANTED, PUPIL_HEADINGS, census, census_pupil, pupil, pupils_csv, text, upn

PUPILS = [pupil(number, birth_date=f"{number % 28 + 1:02d}/03/2014") for number in range(1, 61)]


def lines(path: Path, propose: bool = False, trust_headings: bool = False) -> str:
    return "\n".join(trial.tried(path, Limits(), trust_headings).lines(propose))


def table(folder: Path, headings: str, rows: Iterable[str], name: str = "export.csv", encoding: str = "utf-8") -> Path:
    return text(folder / name, "\n".join([headings, *rows, ""]), encoding)


def column(printed: str, name: str) -> str:
    """The line of the proposed contract that declares a column, and what is to be looked into below it."""
    found = printed.splitlines()
    at = [number for number, line in enumerate(found) if line.startswith(f"      {name}: {{")][-1]
    below = [line for line in found[at + 1 :] if line.startswith("      ")]
    odd = []
    for line in below:
        if not line.startswith("      # look into it"):
            break
        odd.append(line)
    return "\n".join([found[at], *odd])


def test_a_file_that_keeps_a_contract_is_named_by_it(tmp_path: Path) -> None:
    printed = lines(pupils_csv(tmp_path, PUPILS))
    assert "It is synergy/v1 (pupils): every heading is known, nothing required is missing." in printed
    assert "Only its name" not in printed
    assert "A contract to begin with" not in printed


def test_a_name_that_the_source_does_not_use_is_told_with_the_right_one(tmp_path: Path) -> None:
    printed = lines(pupils_csv(tmp_path, PUPILS, name="Copy of pupils (2).csv"))
    assert "Only its name is not known: call it like synergy_pupils_{extract_date}.csv." in printed


def test_a_known_source_under_other_headings_is_known_by_aliases_that_its_values_keep(tmp_path: Path) -> None:
    headings = PUPIL_HEADINGS.replace("Pupil Ref", "Pupil Reference").replace("DOB", "Pupil DOB")
    printed = lines(pupils_csv(tmp_path, PUPILS, headings=headings))
    assert "guess: it is like synergy/v1 (pupils)" in printed
    assert "Lines for expectations/contracts/synergy/v1.yml, tables: pupils:" in printed
    assert (
        "birth_date: {aliases: [DOB, Date of Birth, Pupil DOB], type: date, required: true, pii: direct}  "
        "# guess: like the heading DOB"
    ) in printed
    assert "pupil_id: {aliases: [Pupil Ref, Pupil Reference], required: true, pii: indirect}" in printed
    assert "60 of 60 values keep it" in printed


def test_the_lines_to_add_make_the_contract_fit(tmp_path: Path) -> None:
    headings = PUPIL_HEADINGS.replace("DOB", "Pupil DOB")
    printed = lines(pupils_csv(tmp_path, PUPILS, headings=headings))
    (line,) = [line for line in printed.splitlines() if line.startswith("      birth_date:")]
    contract = next(contract for contract in load_contracts() if contract.name == "synergy/v1")
    document = yaml.safe_load(Path(contract.declared_in).read_text())
    document["tables"]["pupils"]["columns"] |= yaml.safe_load(line)
    changed = text(tmp_path / "contracts/synergy/v1.yml", yaml.safe_dump(document, sort_keys=False))
    content = Content(headings={"": headings.split(",")}, first_row=["P1"])
    fitting = choose(load_contracts(changed.parent.parent), "synergy_pupils_2026-06-25.csv", content)
    assert fitting.headings["synergy__pupils"]["birth_date"] == ("Pupil DOB",)


def test_an_alias_whose_values_break_the_rule_is_no_alias(tmp_path: Path) -> None:
    headings = PUPIL_HEADINGS.replace("DOB", "Pupil DOB")
    wrong = [pupil(number, birth_date="unknown") for number in range(1, 61)]
    printed = lines(pupils_csv(tmp_path, wrong, headings=headings))
    assert "missing: birth_date" in printed
    assert "Pupil DOB], type: date" not in printed


def test_what_breaks_a_known_contract_is_counted_with_its_reason(tmp_path: Path) -> None:
    rows = [*PUPILS, *(pupil(number, sex="X9") for number in range(61, 64))]
    assert "sex: 60 of 63 values keep it, 3 fail (code_unknown 3)." in lines(pupils_csv(tmp_path, rows))


def test_an_unknown_file_is_proposed_as_a_contract_with_every_guess_marked(tmp_path: Path) -> None:
    printed = lines(housing_csv(tmp_path / "export.csv"))
    assert printed.startswith("CSV, utf-8, semicolons between the columns.\n120 rows, 13 columns.")
    assert 'delimiter: ";"' in printed
    assert "key: [case_ref]  # guess: distinct in all 120 rows" in printed
    assert "type: upn, required: true, pii: direct}  # guess: like the heading upn" in column(printed, "upn")
    assert "form %d/%m/%Y 120" in column(printed, "opened_date")
    assert "pattern: '(?i)high|low|open'" in column(printed, "priority")
    assert "high 40" in column(printed, "priority")
    assert "ignored: [Opened By, What Happened]" in printed
    declared = [line for line in printed.splitlines() if line.startswith("      ") and ": {" in line]
    assert declared and all("# guess: " in line for line in declared)


def test_what_is_proposed_is_a_contract_that_the_file_keeps(tmp_path: Path) -> None:
    found = trial.tried(housing_csv(tmp_path / "export.csv"), Limits())
    file = text(tmp_path / "contracts/new_source/v1.yml", found.contract)
    content = Content(headings={"": HEADINGS.split(";")}, first_row=["1"])
    match = choose(load_contracts(file.parent.parent), "new_source_2026-06-26.csv", content)
    assert match.headings["new_source__records"]["birth_date"] == ("Date of Birth",)


SECRETS = (PLANTED, FREE_TEXT, MEMBER_OF_STAFF, "Child1", "High Street", "ZZ1", upn(1), "838/4001", "000001")
"""Cells of the files below. Days of birth are looked for by their form."""


@pytest.mark.parametrize("propose", [False, True])
@pytest.mark.parametrize("kind", ["housing", "pupils", "no_headings", "renamed", "broken", "workbook"])
def test_no_cell_of_a_child_is_shown(tmp_path: Path, kind: str, propose: bool) -> None:
    files = {
        "housing": lambda: housing_csv(tmp_path / "a.csv"),
        "pupils": lambda: pupils_csv(tmp_path, PUPILS),
        "no_headings": lambda: table(tmp_path, PUPILS[0], PUPILS[1:]),
        "renamed": lambda: pupils_csv(tmp_path, PUPILS, headings=PUPIL_HEADINGS.replace("Surname", "Client")),
        "broken": lambda: pupils_csv(tmp_path, [*PUPILS, f'"{PLANTED},']),
        "workbook": lambda: book(tmp_path, Pupils=[[*PUPIL_HEADINGS.split(",")], *(row.split(",") for row in PUPILS)]),
    }
    printed = lines(files[kind](), propose)
    assert not [secret for secret in SECRETS if secret in printed]
    assert "/2014" not in printed and "/03/" not in printed


def book(folder: Path, **sheets: list[list[str | None]]) -> Path:
    path = folder / "book.xlsx"
    path.write_bytes(workbook_of(sheets))
    return path


def test_a_first_row_that_is_a_childs_is_not_taken_for_headings(tmp_path: Path) -> None:
    printed = lines(table(tmp_path, PUPILS[0], PUPILS[1:]))
    assert "may be a child's: nothing of it is shown" in printed
    assert "60 rows, 11 columns." in printed
    assert "type: upn" in column(printed, "upn")


def test_headings_of_unknown_words_are_taken_where_they_plainly_are_none_of_the_rows(tmp_path: Path) -> None:
    numbers = [f"{number},{number * 7},text" for number in range(40)]
    assert "bloxes: {" in lines(table(tmp_path, "Bloxes,Qwerts,Zibb", numbers))
    words = ["red,green,blue"] * 40
    assert "bloxes" not in lines(table(tmp_path, "Bloxes,Qwerts,Zibb", words))
    assert "bloxes: {" in lines(table(tmp_path, "Bloxes,Qwerts,Zibb", words), trust_headings=True)


def test_an_empty_file_says_so(tmp_path: Path) -> None:
    with pytest.raises(DeliveryProblem, match="the file is empty"):
        lines(text(tmp_path / "a.csv", ""))


def test_headings_without_rows_say_that_nothing_can_be_known(tmp_path: Path) -> None:
    printed = lines(table(tmp_path, HEADINGS, []))
    assert "0 rows" in printed and "It has headings and no rows" in printed
    known = lines(table(tmp_path, PUPIL_HEADINGS, []))
    assert "It is synergy/v1 (pupils)" in known


def test_lines_above_the_headings_are_told_and_looked_past(tmp_path: Path) -> None:
    rows = [f"{number};{number:02d}/03/2026;K" for number in range(1, 29)]
    path = text(tmp_path / "a.csv", "\n".join(["Concerns of the spring", "", "Ref;Raised;SEN Status", *rows, ""]))
    printed = lines(path)
    assert "The headings stand in line 3" in printed
    assert "28 rows, 3 columns." in printed
    assert "type: date" in column(printed, "raised_date")


def test_rows_above_the_headings_of_a_sheet_are_told_and_looked_past(tmp_path: Path) -> None:
    rows: list[list[str | None]] = [["Concerns of the spring", None, None], [None], ["Concern Ref", "Raised", "Level"]]
    rows += [[f"C{number}", f"2026-03-{number:02d}", "high"] for number in range(1, 29)]
    printed = lines(book(tmp_path, Spring=rows))
    assert "The headings stand below 1 rows of something else" in printed
    assert "Sheet Spring: 28 rows, 3 columns." in printed


def test_identifiers_that_lost_their_zeros_are_told(tmp_path: Path) -> None:
    refs = [1_000_000 + number * 9_917 for number in range(40)] + [number * 7_919 for number in range(20, 30)]
    printed = lines(table(tmp_path, "Person Ref,Level", [f"{ref},high" for ref in refs]))
    assert "10 of its numbers have fewer than 7 digits: zeros at their beginning may be lost" in printed
    running = lines(table(tmp_path, "Person Ref,Level", [f"{number},high" for number in range(1, 1200)]))
    assert "zeros at their beginning" not in running


@pytest.mark.parametrize(
    ("days", "told"),
    [
        (
            [f"{d:02d}/05/2026" for d in range(1, 29)] + ["2026-05-01"] * 9,
            "its days have 2 forms (%d/%m/%Y 28, %Y-%m-%d 9)",
        ),
        (
            [f"05/{d:02d}/2026" for d in range(1, 29)],
            "16 days are written with the month first, which no contract takes",
        ),
        ([f"{d:02d}/05/2026" for d in range(1, 13)], "the day is no later than the 12th: the month may stand first"),
        ([str(46000 + d) for d in range(30)], "its days are numbers, as a spreadsheet counts them"),
        ([f"{d:02d}.05.2026" for d in range(1, 29)], "28 days are written with points between"),
        ([f"{d:02d}/05/26" for d in range(1, 29)], "28 days are written with a year of two digits"),
    ],
    ids=["two_forms", "month_first", "either", "numbers", "points", "two_digits"],
)
def test_days_of_forms_that_cannot_be_trusted_are_told(tmp_path: Path, days: list[str], told: str) -> None:
    printed = lines(table(tmp_path, "Ref,Raised Date", [f"R{number}x,{day}" for number, day in enumerate(days)]))
    assert told in printed


def test_two_headings_alike_and_none_are_told_and_not_declared(tmp_path: Path) -> None:
    printed = lines(table(tmp_path, "Ref,Level,LEVEL,", [f"R{number}x,high,low,x" for number in range(20)]))
    assert "column 3 (LEVEL) has the same heading as column 2" in printed
    assert "column 4 has no heading" in printed
    assert [
        line.split(":")[0].strip() for line in printed.splitlines() if line.startswith("      ") and "{" in line
    ] == [
        "event_id",
        "level",
    ]


def test_a_workbook_of_two_sheets_is_two_tables_and_one_refers_to_the_other(tmp_path: Path) -> None:
    people: list[list[str | None]] = [["Person Ref", "Surname", "Date of Birth"]]
    people += [[f"P{number}", PLANTED, f"2015-03-{number:02d}"] for number in range(1, 29)]
    plans: list[list[str | None]] = [["Person Ref", "Start Date"]]
    plans += [[f"P{number % 28 + 1}", f"2025-{number % 9 + 1:02d}-{number % 27 + 1:02d}"] for number in range(60)]
    printed = lines(book(tmp_path, Person=people, Plans=plans), propose=True)
    assert "A workbook of 2 sheets" in printed
    assert "    sheet: Plans" in printed
    assert "references: [{columns: [person_id], table: person}]  # guess: all 60 values are in person" in printed


@pytest.mark.parametrize(
    ("encoding", "said"), [("utf-8-sig", "utf-8"), ("utf-16", "utf-16"), ("cp1252", "cp1252")], ids=str
)
def test_every_encoding_that_is_read_is_named(tmp_path: Path, encoding: str, said: str) -> None:
    rows = [*PUPILS, pupil(61, forename="Zoë")]
    path = text(tmp_path / "synergy_pupils_2026-06-25.csv", "\n".join([PUPIL_HEADINGS, *rows, ""]), encoding)
    printed = lines(path)
    assert printed.startswith(f"CSV, {said}, commas")
    assert "synergy/v1 (pupils)" in printed


@pytest.mark.parametrize(
    ("mark", "said"), [("\t", "tabs"), ("|", "bars"), (";", "semicolons")], ids=["tab", "bar", "semi"]
)
def test_every_separator_is_found(tmp_path: Path, mark: str, said: str) -> None:
    rows = [row.replace(",", mark) for row in PUPILS]
    printed = lines(table(tmp_path, PUPIL_HEADINGS.replace(",", mark), rows))
    assert said in printed.splitlines()[0]
    assert "11 columns" in printed


def test_a_file_that_breaks_off_is_looked_at_as_far_as_it_goes(tmp_path: Path) -> None:
    printed = lines(pupils_csv(tmp_path, [*PUPILS, "P9,A9"]))
    assert "Not all of it can be read: line 62: a row does not have as many cells" in printed
    assert "60 rows" in printed


def test_a_return_of_the_census_is_known_and_other_xml_is_said_to_need_a_reader(tmp_path: Path) -> None:
    returned = text(tmp_path / "school_census_9994001_2026_spring.xml", census([census_pupil(1)]))
    assert "its first records keep school_census/xml_2023" in lines(returned)
    with pytest.raises(DeliveryProblem, match="needs a reader of its own"):
        lines(text(tmp_path / "other.xml", "<Concerns><Concern><Name>Bo</Name></Concern></Concerns>"))
    with pytest.raises(DeliveryProblem, match="DOCTYPE"):
        lines(text(tmp_path / "bad.xml", '<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>'))


def test_what_nobody_foresaw_quotes_no_cell(tmp_path: Path) -> None:
    with (
        pytest.raises(DeliveryProblem, match=r"breaks its reader \(ConversionException\)") as told,
        opened(pupils_csv(tmp_path, PUPILS), Limits()) as file,
    ):
        file.connection.execute("select c3::integer from file_0").fetchall()
    assert PLANTED not in str(told.value)
    assert told.value.__suppress_context__


@pytest.mark.parametrize("name", ["notes.docx", "scan.pdf"])
def test_a_file_of_another_kind_is_turned_away(tmp_path: Path, name: str) -> None:
    with pytest.raises(DeliveryProblem, match="Export it as CSV"):
        lines(text(tmp_path / name, "whatever"))


@pytest.mark.parametrize(
    ("row", "are"),
    [
        (["Concern Ref", "Surname", "DOB"], True),
        (["NativeId", "personbirthdate", "sensetting"], True),
        (["lsoa11cd", "Mid 2015 population aged 0-15", "LA name"], True),
        (["Ash", "Bo", "Female", "Open"], False),
        (["C1", "Ash", "01/02/2014"], False),
        (["Ash", "ZZ1 1ZZ", "Child"], False),
        (["12 High Street", "Ash", "Bo", "F"], False),
        ([], False),
    ],
)
def test_a_row_of_headings_is_told_from_a_row_of_a_child(row: list[str], are: bool) -> None:
    assert are_headings(row) is are


@pytest.mark.parametrize(
    ("found", "shown"),
    [
        ({"SUSP": 40, "PERM": 3}, True),
        ({"early help": 20, "child protection": 9}, True),
        ({"1A": 20, "5D": 9}, True),
        ({"Grace": 20, "Hope": 9}, False),
        ({"QUILLFEATHER": 20, "TANGLEWOOD": 9}, False),
        ({"Oriel Tanglewood": 20, "open": 9}, False),
        ({"OPEN": 1, "SHUT": 1}, False),
        ({f"C{number}": 9 for number in range(40)}, False),
    ],
)
def test_codes_are_shown_and_what_may_be_a_name_is_not(found: dict[str, int], shown: bool) -> None:
    assert bool(codes_of(found, is_personal=False)) is shown
    assert codes_of(found, is_personal=True) == []


def test_a_file_without_what_a_contract_requires_gets_one_of_its_own(tmp_path: Path) -> None:
    """A statutory return that has most columns of the census is not the census."""
    headings = "rowinfile,surname,forename,clientbirthdate,sex,ethnicity,upn,lettersentdate"
    rows = [f"{n},{PLANTED},Child{n},2014-05-{n:02d},F,WBRI,{upn(n)},2026-01-{n:02d}" for n in range(1, 29)]
    printed = lines(table(tmp_path, headings, rows))
    assert "missing: " in printed
    assert "A contract to begin with" in printed
    assert "type: date" in column(printed, "lettersent_date")
    assert "like the heading birth_date" in column(printed, "birth_date")
    assert "any text keeps it, so that its heading is all the evidence" in column(printed, "surname")


def test_what_a_return_numbers_its_rows_by_is_no_school_no_yes_and_no_code_of_another_source(tmp_path: Path) -> None:
    """Headings of COLLECT mean other things in its other returns, and one letter is in many code sets."""
    rows = [f"R{n},R-{n},1,{n % 2},{'YNA'[n % 3]}" for n in range(1, 61)]
    printed = lines(table(tmp_path, "casestableid,NativeId,batch,late,decisionoutcome", rows), propose=True)
    assert "school_id" not in printed.split("tables:")[1].replace("as school_id", "")
    assert "of that rule 0 of 60 values keep it" in printed
    assert "type: integer" in column(printed, "batch")
    assert "type: boolean" in column(printed, "is_late")
    assert "3 codes in no code set here" in column(printed, "decisionoutcome")

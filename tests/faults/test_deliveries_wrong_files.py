"""A wrong file of each kind is rejected, or its rows are quarantined, with words that say what to do."""

import io
import os
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from orchestration import deliveries
from orchestration.deliveries.outcome import DeliveryOutcome
from tests.support.landing_home import Home
from tests.support.made_files import (
    PUPIL_HEADINGS,
    census,
    census_pupil,
    census_xml,
    pupil,
    pupils_csv,
    text,
    upn,
)

PUPILS = [pupil(number) for number in range(1, 101)]
PUPILS_FILE = "synergy_pupils_2026-06-25.csv"


def test_a_clean_extract_is_loaded_as_it_stands(home: Home) -> None:
    pupils_csv(
        home.landing("synergy"), [*PUPILS, pupil(101, address='"2, ""The Old Mill""\nHigh Street"', forename="=1+1")]
    )
    outcome = home.load_one()
    assert (outcome.status, outcome.rows_read, outcome.rows_accepted) == ("accepted", 101, 101)
    assert home.rows(
        "select forename, address_line, _row_number, birth_date from raw.synergy__pupils where pupil_id = 'P00101'"
    ) == [
        ("=1+1", '2, "The Old Mill"\nHigh Street', 101, "01/09/2012")
    ]  # fmt: skip
    assert deliveries.discover(home.settings) == []
    assert outcome.report_path is None


@pytest.mark.parametrize("mark", ["=", "+", "-", "@", "\t"])
def test_cells_that_a_spreadsheet_would_run_are_stored_as_they_are(home: Home, mark: str) -> None:
    pupils_csv(home.landing("synergy"), [pupil(1, address=f"{mark}SUM(A1)")])
    assert home.load_one().status == "accepted"
    assert home.value("select address_line from raw.synergy__pupils") == f"{mark}SUM(A1)"


def test_a_truncated_census_return_is_rejected_whole(home: Home, report: Callable[[DeliveryOutcome], str]) -> None:
    whole = census([census_pupil(number) for number in range(1, 40)])
    census_xml(home.landing("school_census"), whole[: len(whole) * 2 // 3])
    outcome = home.load_one()
    assert outcome.status == "rejected"
    assert "cut off" in report(outcome)
    assert home.value("select count(*) from raw.school_census__pupils") == 0
    assert home.value("select count(*) from quarantine.school_census__pupils") > 10
    assert outcome.rows_read == outcome.rows_rejected > 0
    assert home.rows("select distinct reason from ops.rejection") == [("delivery_rejected",)]


@pytest.mark.parametrize(
    "cut", ["P00200,A99940", 'P00200,,,Name,Forename,01/09/2012,F,WBRI,"2 High'], ids=["in a row", "in quotes"]
)
def test_a_truncated_csv_is_rejected_whole(home: Home, report: Callable[[DeliveryOutcome], str], cut: str) -> None:
    pupils_csv(home.landing("synergy"), [*PUPILS, cut])
    outcome = home.load_one()
    assert outcome.status == "rejected"
    assert "line 102" in report(outcome)
    assert "cut off" in report(outcome)
    assert home.value("select count(*) from raw.synergy__pupils") == 0
    assert outcome.rows_read == home.value("select count(*) from quarantine.synergy__pupils")


def test_a_renamed_column_is_named_with_the_heading_that_took_its_place(
    home: Home, report: Callable[[DeliveryOutcome], str]
) -> None:
    pupils_csv(home.landing("synergy"), PUPILS, headings=PUPIL_HEADINGS.replace("DOB", "Day of Birth"))
    outcome = home.load_one()
    assert outcome.status == "rejected"
    assert "DOB (birth_date) is missing, did column 6 take its place?" in report(outcome)


def test_a_new_column_is_named_with_where_to_declare_it(home: Home, report: Callable[[DeliveryOutcome], str]) -> None:
    pupils_csv(home.landing("synergy"), [f"{row},1" for row in PUPILS], headings=f"{PUPIL_HEADINGS},Shoe Size")
    outcome = home.load_one()
    assert outcome.status == "rejected"
    assert f"column {PUPIL_HEADINGS.count(',') + 2} is not declared" in report(outcome)
    assert "expectations/contracts/synergy/v1.yml" in report(outcome)


def test_moved_columns_and_other_spellings_of_headings_are_read_right(home: Home) -> None:
    text(home.landing("synergy") / PUPILS_FILE, f"date of birth,SURNAME,pupil_id,  upn \n2012-09-01,X,P1,{upn(1)}\n")
    assert home.load_one().status == "accepted"
    assert home.rows("select pupil_id, surname, upn, birth_date from raw.synergy__pupils") == [
        ("P1", "X", upn(1), "2012-09-01")
    ]


def test_a_file_without_headings_is_rejected_and_nothing_of_it_is_said(
    home: Home, report: Callable[[DeliveryOutcome], str]
) -> None:
    text(home.landing("synergy") / PUPILS_FILE, "\n".join(PUPILS))
    outcome = home.load_one()
    assert outcome.status == "rejected"
    assert "a row of headings must come first" in report(outcome)
    assert "Quillfeather" not in report(outcome)


def test_an_unknown_attendance_code_fails_its_row_alone(home: Home, report: Callable[[DeliveryOutcome], str]) -> None:
    pupils = [census_pupil(number) for number in range(1, 100)]
    census_xml(home.landing("school_census"), census([*pupils, census_pupil(100, {"I": 2, "!!": 1, "H": 1})]))
    outcome = home.load_one()
    assert (outcome.status, outcome.rows_rejected) == ("accepted_with_warnings", 1)
    assert home.rows("select attendance_code, _row_number, _reasons from quarantine.school_census__sessions") == [
        ("!!", 100, ["attendance_code:code_unknown"])
    ]
    assert "| school_census__sessions | attendance_code | code_unknown | 1 | 100 | text, 2 characters |" in report(
        outcome
    )
    # H was retired in 2024: it is known, and its row is read.
    assert home.value("select count(*) from raw.school_census__sessions where attendance_code = 'H'") == 1


def test_too_many_wrong_rows_reject_the_delivery(home: Home, report: Callable[[DeliveryOutcome], str]) -> None:
    wrong = [pupil(number, birth_date="31/02/2012") for number in range(101, 111)]
    pupils_csv(home.landing("synergy"), [*PUPILS, *wrong])
    outcome = home.load_one()
    assert (outcome.status, outcome.rows_read, outcome.rows_accepted, outcome.rows_rejected) == (
        "rejected",
        110,
        0,
        110,
    )
    assert "date_unreadable" in report(outcome)
    assert home.value("select count(*) from raw.synergy__pupils") == 0
    assert home.rows("select reason, rows from ops.rejection order by all") == [
        ("date_unreadable", 10),
        ("delivery_rejected", 110),
    ]


def test_wrong_upns_are_quarantined(home: Home) -> None:
    right = upn(500)
    letter = "A" if right[0] != "A" else "B"
    changed = [pupil(500, upn=letter + right[1:]), pupil(501, upn="1234"), pupil(502, upn="")]
    pupils_csv(home.landing("synergy"), [*PUPILS, *changed])
    assert home.load_one().rows_rejected == 2
    assert home.rows("select pupil_id, _reasons from quarantine.synergy__pupils order by 1") == [
        ("P00500", ["upn:upn_check_letter_wrong"]),
        ("P00501", ["upn:upn_malformed"]),
    ]


def test_of_rows_with_the_same_key_the_first_is_kept(home: Home) -> None:
    pupils_csv(home.landing("synergy"), [*PUPILS, pupil(1), pupil(2, surname="Other")])
    assert home.load_one().rows_rejected == 2
    assert home.rows("select _row_number, _reasons from quarantine.synergy__pupils order by 1") == [
        (101, ["pupil_id:duplicate_key"]),
        (102, ["pupil_id:duplicate_key"]),
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le-bom", "utf-16-be-bom"])
def test_accents_survive_every_unicode_form(home: Home, encoding: str) -> None:
    content = f"{PUPIL_HEADINGS}\r\n{pupil(1, forename='Zoë', surname='Świątek')}\r\n"
    if encoding.endswith("-bom"):
        content, encoding = "\ufeff" + content, encoding.removesuffix("-bom")
    text(home.landing("synergy") / PUPILS_FILE, content, encoding)
    assert home.load_one().status == "accepted"
    assert home.rows("select forename, surname from raw.synergy__pupils") == [("Zoë", "Świątek")]
    assert not list(home.settings.build.glob("*.utf8"))


def test_a_spreadsheets_encoding_is_rejected_with_the_line_and_what_to_do(
    home: Home, report: Callable[[DeliveryOutcome], str]
) -> None:
    text(
        home.landing("synergy") / PUPILS_FILE,
        "\n".join([PUPIL_HEADINGS, *PUPILS, pupil(101, forename="Zoë")]),
        "cp1252",
    )
    outcome = home.load_one()
    assert outcome.status == "rejected"
    assert "line 102: the text is not UTF-8" in report(outcome)
    assert "CSV UTF-8" in report(outcome)


def test_where_the_contract_allows_it_cp1252_is_read(home: Home) -> None:
    links = "URN,LinkURN,LinkName,LinkType,LinkEstablishedDate\n100006,134643,Ysgol Môn – new,Successor,01-01-2022\n"
    text(home.landing("school_register") / "links_2026-01-01.csv", links, "cp1252")
    assert home.load_one().status == "accepted"
    assert home.value("select link_name from raw.school_register__links") == "Ysgol Môn – new"


def test_nul_marks_are_rejected(home: Home, report: Callable[[DeliveryOutcome], str]) -> None:
    text(home.landing("synergy") / PUPILS_FILE, "\n".join([PUPIL_HEADINGS, *PUPILS]).replace("Child50", "Chi\0ld50"))
    outcome = home.load_one()
    assert outcome.status == "rejected"
    assert "line 51: the file has NUL marks" in report(outcome)


def test_a_lost_letter_is_not_taken_for_text(home: Home) -> None:
    pupils_csv(home.landing("synergy"), [*PUPILS, pupil(101, surname="Zo\ufffd")])
    assert home.load_one().rows_rejected == 1
    assert home.value("select _reasons from quarantine.synergy__pupils") == ["surname:text_damaged"]


@pytest.mark.parametrize("content", ["", "\n", PUPIL_HEADINGS], ids=["no bytes", "an empty line", "headings alone"])
def test_a_file_with_nothing_in_it_is_rejected(home: Home, content: str) -> None:
    text(home.landing("synergy") / PUPILS_FILE, content)
    assert home.load_one().status == "rejected"


BOMB = '<!DOCTYPE Message [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>\n'
OUTSIDE = '<!DOCTYPE Message [<!ENTITY passwords SYSTEM "file:///etc/passwd">]>\n'


@pytest.mark.parametrize("doctype", [BOMB, OUTSIDE, "<!DOCTYPE Message>"], ids=["bomb", "file", "plain"])
def test_a_doctype_is_rejected(home: Home, report: Callable[[DeliveryOutcome], str], doctype: str) -> None:
    census_xml(home.landing("school_census"), census([census_pupil(1)], before=doctype))
    outcome = home.load_one()
    assert outcome.status == "rejected"
    assert "DOCTYPE" in report(outcome)
    assert outcome.rows_read == 0


def test_an_undeclared_element_is_named(home: Home, report: Callable[[DeliveryOutcome], str]) -> None:
    pupils = [census_pupil(number) for number in range(1, 60)]
    late = census_pupil(60, identifiers="<ShoeSize>38</ShoeSize>")
    census_xml(home.landing("school_census"), census([*pupils, late]))
    outcome = home.load_one()
    assert outcome.status == "rejected"
    assert "an element below PupilIdentifiers of pupil 60 is not declared" in report(outcome)
    assert outcome.rows_read == outcome.rows_rejected > 0


def test_a_return_under_another_schools_name_is_rejected(home: Home, report: Callable[[DeliveryOutcome], str]) -> None:
    census_xml(home.landing("school_census"), census([census_pupil(1)], school_id="9994001"), school_id="9994002")
    outcome = home.load_one()
    assert outcome.status == "rejected"
    assert "school_census_9994001_2026_spring.xml" in report(outcome)


def test_a_zip_bomb_is_rejected_before_it_unfolds(home: Home, report: Callable[[DeliveryOutcome], str]) -> None:
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * 50_000_000)
    _workbook(home).write_bytes(bomb.getvalue())
    outcome = home.load_one()
    assert outcome.status == "rejected"
    assert "unfolds" in report(outcome)


@pytest.mark.parametrize("content", [b"PK\x03\x04 and no more", b"not a zip at all"], ids=["cut off", "no zip"])
def test_a_damaged_workbook_is_rejected(home: Home, report: Callable[[DeliveryOutcome], str], content: bytes) -> None:
    _workbook(home).write_bytes(content)
    outcome = home.load_one()
    assert outcome.status == "rejected"
    assert "damaged" in report(outcome)


def test_a_file_larger_than_the_cap_is_rejected(
    home: Home, report: Callable[[DeliveryOutcome], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(home.settings.limits, "file_bytes", 1000)
    pupils_csv(home.landing("synergy"), PUPILS)
    outcome = home.load_one()
    assert outcome.status == "rejected"
    assert "EARLYHELP_LIMIT_FILE_BYTES" in report(outcome)
    assert not list(home.settings.archive.glob("?" * 64))
    assert not list(home.landing("synergy").glob("*.csv"))
    (aside,) = home.landing("synergy").glob(".set_aside/*/*.csv")
    monkeypatch.undo()
    aside.rename(home.landing("synergy") / aside.name)
    assert home.load_one().status == "accepted"


def test_a_file_larger_than_the_disk_is_rejected_at_once_and_the_others_are_read(home: Home) -> None:
    large = text(home.landing("attainment") / "results.csv", "")
    os.truncate(large, 1 << 43)
    pupils_csv(home.landing("synergy"), PUPILS)
    assert {outcome.status for outcome in home.load()} == {"accepted", "rejected"}
    assert home.value("select count(*) from raw.synergy__pupils") == 100


def test_a_name_nobody_knows_is_rejected_with_names_that_are(
    home: Home, report: Callable[[DeliveryOutcome], str]
) -> None:
    pupils_csv(home.landing("synergy"), PUPILS, name="Synergy pupils June.csv")
    outcome = home.load_one()
    assert outcome.status == "rejected"
    assert "synergy_pupils_<extract_date>.csv" in report(outcome)


def test_a_file_in_the_folder_of_another_source_is_told_where_it_belongs(
    home: Home, report: Callable[[DeliveryOutcome], str]
) -> None:
    text(home.landing("synergy") / "2026_spring_pupilonroll.csv", "NativeId\n")
    assert "By its name it is of school_census" in report(home.load_one())


def _workbook(home: Home) -> Path:
    return text(home.landing("family_matters") / "family_matters_2026-06-20.xlsx", "")

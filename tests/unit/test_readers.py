"""The readers hand on what stands in a file: rows in order, text as it is, and lines where something is wrong."""

from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import openpyxl
import pytest

from expectations.contract.match import choose
from expectations.contract.model import contract_named, load_contracts
from orchestration.deliveries.problem import DeliveryProblem
from orchestration.deliveries.readers import csv, xlsx, xml
from orchestration.deliveries.readers.cells import Number
from orchestration.deliveries.readers.encoding import as_utf8
from orchestration.deliveries.readers.number_formats import as_shown, is_date
from orchestration.deliveries.readers.rows import Rows
from orchestration.settings import Limits
from tests.support.made_files import census, census_pupil, text


def read_back(rows: Rows, table: str) -> list[dict[str, Any]]:
    """The rows that a reader wrote of a table, in order, as its contract names the columns."""
    rows.close()
    found = duckdb.read_parquet(str(rows.files[table])).project("* exclude (_delivery_id)")
    return [dict(zip(found.columns, row, strict=True)) for row in found.fetchall()]


@pytest.mark.parametrize(
    ("content", "rows"),
    [
        ("a,b\n1,2\n", [("1", "2", 1)]),
        ("a,b\r\n1,2\r\n", [("1", "2", 1)]),
        ("a,b\r1,2\r", [("1", "2", 1)]),
        ("\ufeffa,b\n1,2", [("1", "2", 1)]),
        ('a,b\n"1\n2","3\r\n4"\n5,6\n', [("1\n2", "3\r\n4", 1), ("5", "6", 2)]),
        ('a,b\n"say ""yes""",\n', [('say "yes"', None, 1)]),
        ("a,b\n=1+1, 007 \n", [("=1+1", " 007 ", 1)]),
        ("a,b\nNULL,n/a\n", [("NULL", "n/a", 1)]),
        ("a,b\n", []),
    ],
)
def test_csv_rows_are_text_as_it_stands(tmp_path: Path, content: str, rows: list[tuple[Any, ...]]) -> None:
    relation = csv.relation(text(tmp_path / "a.csv", content), ",", 2, Limits())
    assert duckdb.sql(f"select *, row_number() over () from {relation}").fetchall() == rows


@pytest.mark.parametrize(
    ("content", "line"),
    [("a,b\n1,2\n3\n", 3), ("a,b\n1,2,3\n", 2), ('a,b\n1,2\n"3,4\n', 3), ('a,b\n1,"x"y"\n', 2)],
)
def test_what_is_not_csv_is_told_by_its_line_and_not_quoted(tmp_path: Path, content: str, line: int) -> None:
    relation = csv.relation(text(tmp_path / "a.csv", content.replace("3", "Secret")), ",", 2, Limits())
    with pytest.raises(duckdb.InvalidInputException) as error:
        duckdb.sql(f"select * from {relation}").fetchall()
    problem = csv.problem_of(error.value)
    assert problem.row == line
    assert "Secret" not in str(problem)


def test_csv_rows_are_numbered_in_the_order_of_a_large_file(tmp_path: Path) -> None:
    count = 200_000
    file = text(tmp_path / "a.csv", "a,b\n" + "".join(f"{n},{'x' * 30}\n" for n in range(1, count + 1)))
    numbered = f"select c0::int as told, row_number() over () as row from {csv.relation(file, ',', 2, Limits())}"
    with duckdb.connect() as connection:
        assert connection.execute(f"select count(*) from ({numbered}) where told = row").fetchone() == (count,)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_text_becomes_utf8_and_the_copy_is_removed(tmp_path: Path, encoding: str) -> None:
    file = text(tmp_path / "a.csv", "a\nZoë – 5 €\n", encoding)
    with as_utf8(file, ("utf-8", "cp1252"), tmp_path) as readable:
        assert readable.read_text(encoding="utf-8-sig") == "a\nZoë – 5 €\n"
    assert list(tmp_path.iterdir()) == [file]


def test_a_letter_across_two_pieces_is_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("orchestration.deliveries.readers.encoding.CHUNK", 3)
    with as_utf8(text(tmp_path / "a.csv", "a\nŚwiątek €\n"), ("utf-8",), tmp_path) as readable:
        assert readable == tmp_path / "a.csv"


@pytest.mark.parametrize("content", [b"a\nZo\xeb\n", b"a\nb\xc3", b"a\n\x81\n"], ids=["cp1252", "cut", "no encoding"])
def test_bytes_that_are_not_utf8_are_told_by_their_line(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a.csv").write_bytes(content)
    with pytest.raises(DeliveryProblem) as problem, as_utf8(tmp_path / "a.csv", ("utf-8",), tmp_path):
        pass
    assert problem.value.row == 2


def test_cp1252_has_no_letter_for_every_byte(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(b"a\n\x81\n")
    with pytest.raises(DeliveryProblem, match="not cp1252"), as_utf8(tmp_path / "a.csv", ("utf-8", "cp1252"), tmp_path):
        pass
    assert [path.name for path in tmp_path.iterdir()] == ["a.csv"]


def test_a_return_becomes_rows_of_six_tables(tmp_path: Path) -> None:
    exclusion = (
        "<Exclusions><TermlyExclusion><Category>SUSP</Category><Reason>PP</Reason><StartDate>2025-10-01</StartDate>"
        "<Sessions>2</Sessions></TermlyExclusion></Exclusions>"
    )
    summer = (
        "<Attendance><SummerHalfTerm2Attendance><SessionsPossible>60</SessionsPossible><SessionDetails><SessionDetail>"
        "<AttendanceReason>M</AttendanceReason><AbsenceSessions>2</AbsenceSessions></SessionDetail></SessionDetails>"
        "</SummerHalfTerm2Attendance></Attendance>"
    )
    pupils = [census_pupil(1, {"I": 3, "/": 100}, exclusion + summer)]
    file = text(tmp_path / "a.xml", census(pupils, [census_pupil(2, on_roll=False)]))
    rows = Rows(tmp_path, "id", Limits())
    assert xml.read(file, contract_named("school_census/xml_2023"), {}, Limits(), rows) == 2
    first, second = read_back(rows, "school_census__pupils")
    assert (first["roll"], first["sessions_possible"], first["summer_half_term_2_sessions_possible"]) == (
        "on",
        "140",
        "60",
    )
    assert (first["postcode"], first["leaving_date"], first["nc_year"]) == ("ZZ1 1ZZ", None, "8")
    assert (second["_row_number"], second["roll"], second["leaving_date"]) == (2, "off", "2025-12-19")
    assert [tuple(row.values()) for row in read_back(rows, "school_census__sessions")] == [
        (1, "on", "term", "I", "3"),
        (1, "on", "term", "/", "100"),
        (1, "on", "summer_half_term_2", "M", "2"),
        (2, "off", "term", "I", "3"),
        (2, "off", "term", "O", "1"),
    ]
    assert [tuple(row.values()) for row in read_back(rows, "school_census__exclusions")] == [
        (1, "on", "1", "SUSP", "PP", "2025-10-01", "2")
    ]
    assert [(r["address_order"], r["postcode"]) for r in read_back(rows, "school_census__addresses")] == [
        ("1", "ZZ1 1ZZ")
    ] * 2
    assert [(r["need_rank"], r["need_code"]) for r in read_back(rows, "school_census__sen_needs")] == [
        ("1", "SLCN")
    ] * 2
    assert [r["fsm_end_date"] for r in read_back(rows, "school_census__fsm_periods")] == [None, None]


def test_the_header_says_school_and_term(tmp_path: Path) -> None:
    content, header = xml.peek(
        text(tmp_path / "a.xml", census([census_pupil(1)])), [contract_named("school_census/xml_2023")], Limits()
    )
    assert (header.scope, content.period) == ("9994001", "2026-spring")
    assert {"PupilIdentifiers/UPN", "HomeAddress/BS7666Address/PostCode"} < content.paths.keys()


@pytest.mark.parametrize("part", ["Year", "Term", "ReferenceDate", "LEA", "Estab"])
def test_a_header_without_a_part_is_told_by_the_part(tmp_path: Path, part: str) -> None:
    content = census([census_pupil(1)]).replace(f"<{part}>", f"<{part}>?", 1)
    with pytest.raises(DeliveryProblem, match=f"/{part} is missing or wrong"):
        xml.peek(text(tmp_path / "a.xml", content), [contract_named("school_census/xml_2023")], Limits())


def test_rows_are_written_in_pieces_with_the_values_they_share(tmp_path: Path) -> None:
    rows = Rows(tmp_path, "one", Limits())
    rows.add("s__t", ["a"], [[1, "x"], [2, None]], {"school": "1"})
    rows.add("s__t", ["a"], [[3, "y"]], {"school": "1"})
    rows.add("s__u", ["a"], [], {"school": "1"})
    rows.close()
    assert list(rows.files) == ["s__t"]
    assert duckdb.read_parquet(str(rows.files["s__t"])).fetchall() == [
        (1, "x", "1", "one"), (2, None, "1", "one"), (3, "y", "1", "one")
    ]  # fmt: skip


def test_a_file_of_too_many_rows_is_refused(tmp_path: Path) -> None:
    rows = Rows(tmp_path, "one", Limits(rows=2))
    with pytest.raises(DeliveryProblem, match="EARLYHELP_LIMIT_ROWS"):
        rows.add("s__t", ["a"], [[1, "x"], [2, "y"], [3, "z"]])


def test_a_workbook_becomes_rows_of_its_sheets(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    households = book.active
    households.title = "Households"
    households.append(["Household Ref", "Address", "Postcode", "Programme", "Start Date", "End Date"])
    households.append([101, "1 High Street", "ZZ1 1ZZ", "Supporting Families", datetime(2025, 9, 1), None])
    households.append([None] * 6)
    members = book.create_sheet("Members")
    members.append(["Household Ref", "Member Ref", "Surname", "First Name", "Date of Birth", "Gender", "Relationship"])
    members.append([101, "M1", "=cmd()", "Zoë", datetime(2012, 2, 29), "Female", "Child"])
    book.create_sheet("Needs").append(["Household Ref", "Need", "Identified"])
    book.save(tmp_path / "family_matters_2026-06-20.xlsx")
    found = xlsx.sheets(tmp_path / "family_matters_2026-06-20.xlsx", Limits())
    contracts = [contract for contract in load_contracts() if contract.format == "xlsx"]
    rows = Rows(tmp_path, "id", Limits())
    sheets = xlsx.read(found, choose(contracts, "family_matters_2026-06-20.xlsx", xlsx.peek(found)), rows)
    assert {sheet.name: sheet.first_row for sheet in sheets.values()} == {"Households": 1, "Members": 1, "Needs": 1}
    (household,) = read_back(rows, "family_matters__households")
    assert (household["household_id"], household["start_date"], household["end_date"]) == ("101", "2025-09-01", None)
    assert read_back(rows, "family_matters__members")[0]["birth_date"] == "2012-02-29"


@pytest.mark.parametrize(
    ("cell", "written"),
    [
        ("", None),
        (None, None),
        (Number(Decimal(5), "00000"), "5"),
        (Number(Decimal("5.250000000000001"), "General"), "5.25"),
        (Number(Decimal("1E+15"), "General"), "#DIGITS_LOST!"),
        (True, "true"),
        (date(2026, 1, 2), "2026-01-02"),
        (datetime(2026, 1, 2, 3, 4, 5), "2026-01-02 03:04:05"),
        (time(3, 4), "03:04:00"),
        ("007", "007"),
    ],
)
def test_cells_become_text(cell: Any, written: str | None) -> None:
    assert xlsx.as_text(cell) == written


@pytest.mark.parametrize(
    ("number", "form", "shown"),
    [
        ("1", "0", "1"),
        ("1", "00", "01"),
        ("123", "00", "123"),
        ("-1", "00", "#SHOWN_OTHERWISE!"),
        ("1.5", "General", "1.5"),
        ("1.5", "0", "#SHOWN_OTHERWISE!"),
        ("1234", "#,##0", "1234"),
        ("1234", "0.00E+00", "1234"),
        ("9994001", '000"/"0000', "#SHOWN_OTHERWISE!"),
        ("1", "00,000", "#SHOWN_OTHERWISE!"),
        ("999999999999999", "General", "999999999999999"),
        ("1000000000000000", "0", "#DIGITS_LOST!"),
    ],
)
def test_an_identifier_is_what_the_form_shows_or_refused(number: str, form: str, shown: str) -> None:
    assert as_shown(Decimal(number), form) == shown


@pytest.mark.parametrize(
    ("form", "expected"),
    [
        ("yyyy-mm-dd", True),
        ("[$-809]dd mmmm yyyy", True),
        ("h:mm AM/PM", True),
        ("General", False),
        ('0 "days"', False),
        ("[Red]0", False),
        ("[h]:mm", False),
        (r"0\d", False),
        ("0.00E+00", False),
    ],
)
def test_a_form_of_days_is_known_by_its_parts(form: str, expected: bool) -> None:
    assert is_date(form) == expected

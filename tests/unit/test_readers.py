"""The readers hand on what stands in a file: rows in order, text as it is, and lines where something is wrong."""

from datetime import date, datetime, time
from pathlib import Path

import duckdb
import openpyxl
import pytest

from expectations.contract import contract_named, load_contracts
from expectations.contract_match import choose
from orchestration.deliveries.limits import Limits
from orchestration.deliveries.problem import DeliveryProblem
from orchestration.deliveries.readers import csv, xlsx, xml
from orchestration.deliveries.readers.batches import Batches
from orchestration.deliveries.readers.encoding import as_utf8
from tests.faults.made_files import census, census_pupil, text


class Rows:
    """Stands in for Batches: keeps what a reader adds."""

    def __init__(self) -> None:
        self.tables: dict[str, list[dict]] = {}

    def add(self, table: str, columns: list[str], rows: list, delivery_id: str, values: dict | None = None) -> None:
        named = [dict(zip(("_row_number", *columns), row, strict=True)) for row in rows]
        self.tables.setdefault(table.partition("__")[2], []).extend(named)


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
def test_csv_rows_are_text_as_it_stands(tmp_path: Path, content: str, rows: list[tuple]) -> None:
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
    rows = Rows()
    assert xml.read(file, contract_named("school_census/xml_2023"), "id", {}, rows) == 2
    first, second = rows.tables["pupils"]
    assert (first["roll"], first["sessions_possible"], first["summer_half_term_2_sessions_possible"]) == (
        "on",
        "140",
        "60",
    )
    assert (first["postcode"], first["leaving_date"], first["nc_year"]) == ("ZZ1 1ZZ", None, "8")
    assert (second["_row_number"], second["roll"], second["leaving_date"]) == (2, "off", "2025-12-19")
    assert [tuple(row.values()) for row in rows.tables["sessions"]] == [
        (1, "on", "term", "I", "3"),
        (1, "on", "term", "/", "100"),
        (1, "on", "summer_half_term_2", "M", "2"),
        (2, "off", "term", "I", "3"),
        (2, "off", "term", "O", "1"),
    ]
    assert [tuple(row.values()) for row in rows.tables["exclusions"]] == [(1, "on", "SUSP", "PP", "2025-10-01", "2")]
    assert [(r["address_order"], r["postcode"]) for r in rows.tables["addresses"]] == [("1", "ZZ1 1ZZ")] * 2
    assert [(r["need_rank"], r["need_code"]) for r in rows.tables["sen_needs"]] == [("1", "SLCN")] * 2
    assert [r["fsm_end_date"] for r in rows.tables["fsm_periods"]] == [None, None]


def test_the_header_says_school_and_term(tmp_path: Path) -> None:
    content, header = xml.peek(
        text(tmp_path / "a.xml", census([census_pupil(1)])), [contract_named("school_census/xml_2023")]
    )
    assert (header["school_id"], content.period) == ("9994001", "2026-spring")
    assert {"PupilIdentifiers/UPN", "HomeAddress/BS7666Address/PostCode"} < content.paths.keys()


@pytest.mark.parametrize("part", ["Year", "Term", "ReferenceDate", "LEA", "Estab"])
def test_a_header_without_a_part_is_told_by_the_part(tmp_path: Path, part: str) -> None:
    content = census([census_pupil(1)]).replace(f"<{part}>", f"<{part}>?", 1)
    with pytest.raises(DeliveryProblem, match=f"/{part} is missing or wrong"):
        xml.peek(text(tmp_path / "a.xml", content), [contract_named("school_census/xml_2023")])


def test_batches_of_many_files_keep_their_own_values() -> None:
    with duckdb.connect() as connection:
        connection.execute("create schema incoming")
        connection.execute(
            'create table incoming."s__t__read" (a varchar, school varchar, _delivery_id varchar, _row_number bigint)'
        )
        batches = Batches(connection)
        batches.add("s__t", ["a"], [[1, "x"], [2, None]], "one", {"school": "1"})
        batches.add("s__t", ["a"], [[1, "y"]], "two", {"school": "2"})
        batches.flush()
        assert connection.execute('from incoming."s__t__read" order by _delivery_id, _row_number').fetchall() == [
            ("x", "1", "one", 1), (None, "1", "one", 2), ("y", "2", "two", 1)
        ]  # fmt: skip


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
    rows = Rows()
    assert xlsx.read(found, choose(contracts, "family_matters_2026-06-20.xlsx", xlsx.peek(found)), "id", rows) == 2
    (household,) = rows.tables["households"]
    assert (household["household_id"], household["start_date"], household["end_date"]) == ("101", "2025-09-01", None)
    assert rows.tables["members"][0]["birth_date"] == "2012-02-29"


@pytest.mark.parametrize(
    ("cell", "written"),
    [
        ("", None),
        (None, None),
        (5.0, "5"),
        (5.25, "5.25"),
        (True, "true"),
        (date(2026, 1, 2), "2026-01-02"),
        (datetime(2026, 1, 2), "2026-01-02"),
        (datetime(2026, 1, 2, 3, 4, 5), "2026-01-02 03:04:05"),
        (time(3, 4), "03:04:00"),
        ("007", "007"),
    ],
)
def test_cells_become_text(cell: object, written: str | None) -> None:
    assert xlsx.as_text(cell) == written

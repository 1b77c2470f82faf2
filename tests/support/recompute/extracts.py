"""The files of a county as plain tables of text, read without anything of the warehouse: no contract, reader or model.

CSV by DuckDB, census returns by the standard library, the workbook by openpyxl. Who is who comes from the county's
truth: which UPNs are one child's, and whom the families' team means by a member.
"""

import re
import xml.etree.ElementTree as xml
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import openpyxl

CSV = {
    "pupils": "synergy/synergy_pupils_*.csv",
    "enrolments": "synergy/synergy_enrolments_*.csv",
    "sen": "synergy/synergy_sen_*.csv",
    "results": "attainment/*.csv",
    "marks": "attendance_daily/*.csv",
    "schools": "school_register/establishments_*.csv",
    "school_links": "school_register/links_*.csv",
}
LETTERS = "ABCDEFGHJKLMNPQRTUVWXYZ"
"""The letters a UPN may begin with, by the remainder of its sum."""


def read(county: Path) -> duckdb.DuckDBPyConnection:
    """A database in memory with the county's extracts in schema `files` and who is who in schema `truth`."""
    connection = duckdb.connect()
    connection.execute("create schema files; create schema truth")
    connection.create_function("upn_is_right", _upn_is_right, ["varchar"], "boolean")
    for table, pattern in CSV.items():
        # Quotes are named: a backslash is the mark of an afternoon, not an escape.
        connection.execute(
            f"""
            create table files.{table} as
            from read_csv('{county / "extracts" / pattern}', all_varchar = true, union_by_name = true, filename = true,
                quote = '"', escape = '"')
            """
        )
    for table in ("children", "links", "dirt"):
        connection.execute(
            f"create table truth.{table} as from read_csv('{county / 'truth' / table}.csv', all_varchar = true)"
        )
    _read_returns(connection, county / "extracts" / "school_census")
    (workbook,) = (county / "extracts" / "family_matters").glob("*.xlsx")
    _read_workbook(connection, workbook)
    return connection


def read_cases(connection: duckdb.DuckDBPyConnection, county: Path) -> None:
    """Add what huddles and responses say, and from when until when the truth has each flag raised,
    and since when social workers work with whom."""
    for table, path in {
        "files.huddles": "extracts/huddles/huddles_huddles_*.csv",
        "files.reviews": "extracts/huddles/huddles_reviews_*.csv",
        "files.responses": "extracts/responses/*.csv",
        "truth.flag_spells": "truth/flag_spells.csv",
        "truth.social_care": "truth/social_care.csv",
    }.items():
        connection.execute(f"create table {table} as from read_csv('{county / path}', all_varchar = true)")


def _upn_is_right(upn: str) -> bool:
    """Whether the letter in front follows from the rest: weights 2 to 13, the sum's remainder by 23."""
    if not re.fullmatch(r"[A-Z]\d{11}[A-Z\d]", upn):
        return False
    numbers = [int(sign) if sign.isdigit() else LETTERS.find(sign) for sign in upn[1:]]
    return min(numbers) >= 0 and LETTERS[sum(weight * n for weight, n in enumerate(numbers, start=2)) % 23] == upn[0]


def _read_returns(connection: duckdb.DuckDBPyConnection, folder: Path) -> None:
    connection.execute(
        """
        create table files.returned (file varchar, n int, on_roll boolean, school_id varchar, reference_date varchar,
            census varchar, upn varchar, enrol_status varchar, entry_date varchar, boarder varchar, sen varchar,
            possible_term varchar, possible_half varchar);
        create table files.absence (file varchar, n int, period varchar, code varchar, sessions varchar);
        create table files.meals (file varchar, n int, start_date varchar, end_date varchar);
        """
    )
    for path in sorted(folder.glob("*.xml")):
        root = xml.parse(path).getroot()
        collection, source = root.find("Header/CollectionDetails"), root.find("Header/Source")
        stated = (
            source.findtext("LEA") + source.findtext("Estab"),
            collection.findtext("ReferenceDate"),
            f"{collection.findtext('Year')} {collection.findtext('Term')}",
        )
        pupils = [*root.iter("PupilOnRoll"), *root.iter("PupilNoLongerOnRoll")]
        for table, rows in {"returned": _pupils, "absence": _absence, "meals": _meals}.items():
            found = [(path.name, n, *row) for n, pupil in enumerate(pupils) for row in rows(pupil, stated)]
            _insert(connection, table, found)


def _pupils(pupil: xml.Element, stated: tuple[str, ...]) -> Iterator[tuple[Any, ...]]:
    status = ("EnrolStatus", "EntryDate", "Boarder")
    yield (
        pupil.tag == "PupilOnRoll",
        *stated,
        pupil.findtext("PupilIdentifiers/UPN"),
        *(pupil.findtext(f"PupilStatus/{name}") for name in status),
        pupil.findtext("SpecialEducationalNeeds/SENprovision"),
        pupil.findtext("Attendance/TermlyAttendance/SessionsPossible"),
        pupil.findtext("Attendance/SummerHalfTerm2Attendance/SessionsPossible"),
    )


def _absence(pupil: xml.Element, _: tuple[str, ...]) -> Iterator[tuple[Any, ...]]:
    for period, block in (("term", "TermlyAttendance"), ("half", "SummerHalfTerm2Attendance")):
        for detail in pupil.iterfind(f"Attendance/{block}/SessionDetails/SessionDetail"):
            yield period, detail.findtext("AttendanceReason"), detail.findtext("AbsenceSessions")


def _meals(pupil: xml.Element, _: tuple[str, ...]) -> Iterator[tuple[Any, ...]]:
    for period in pupil.iter("FSMPeriod"):
        yield period.findtext("FSMStartDate"), period.findtext("FSMEndDate")


def _read_workbook(connection: duckdb.DuckDBPyConnection, path: Path) -> None:
    book = openpyxl.load_workbook(path)
    for sheet, columns in {
        "Households": ("Household Ref", "Start Date", "End Date"),
        "Members": ("Household Ref", "Member Ref"),
        "Needs": ("Household Ref", "Need", "Identified"),
    }.items():
        heading, *rows = book[sheet].iter_rows(values_only=True)
        places = [heading.index(column) for column in columns]
        types = ", ".join(f'"{name}" varchar' for name in columns)
        connection.execute(f"create table files.{sheet} ({types})")
        _insert(connection, sheet, [[row[place] for place in places] for row in rows])


def _insert(connection: duckdb.DuckDBPyConnection, table: str, rows: list[Any]) -> None:
    if rows:
        columns = ", ".join("unnest(?)" for _ in rows[0])
        connection.execute(f"insert into files.{table} select {columns}", list(map(list, zip(*rows, strict=True))))

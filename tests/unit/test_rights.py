"""A file is written anew without a child's rows and is otherwise what it was, whatever its form."""

import csv
import io
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest
from openpyxl import Workbook
from openpyxl.comments import Comment
from python_calamine import CalamineWorkbook

from orchestration.deliveries.archive import archive
from orchestration.rights import files, screening
from orchestration.rights.purge import NOTICE, write_without
from orchestration.rights.workspace import want_texts, workspace
from orchestration.settings import Settings

pytestmark = pytest.mark.slow

GONE, STAYS = "A801200001001", "B801200001002"
HUDDLES = "Huddle Ref,UPN,DOB,Decision\r\n"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path / "home", key="k" * 64)


@pytest.fixture
def wanted(settings: Settings) -> Iterator[Any]:
    """A place to look for the child, known by UPN."""
    with workspace(settings) as connection:
        want_texts(connection, "upn", f"select 'upn|{GONE}' as text")
        yield connection


def _read(settings: Settings, connection: duckdb.DuckDBPyConnection, path: Path) -> files.Read:
    kept = archive(path, settings.archive)
    (read,) = files.read(settings, connection, [files.Delivered(kept.path, kept.sha256, path.parent.name, path.name)])
    return read


def _file(tmp_path: Path, source: str, name: str, content: bytes) -> Path:
    path = tmp_path / source / name
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(content)
    return path


def _struck(settings: Settings, connection: duckdb.DuckDBPyConnection, path: Path, target: Path) -> bytes:
    write_without(_read(settings, connection, path), target)
    return target.read_bytes()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_a_csv_keeps_every_other_byte(settings: Settings, wanted: Any, tmp_path: Path, encoding: str) -> None:
    before = f'{HUDDLES}H1,{STAYS},,watch\r\n"H\r\n""é""",{STAYS},31/05/2014,watch\r\n'
    after = f"H9,{STAYS},,response\r\n"
    own = f'H1,"{GONE[:4]} {GONE[4:].lower()}",,"a\r\nb"\r\n'
    path = _file(tmp_path, "huddles", "huddles_reviews_2026-06-30.csv", (before + own + after).encode(encoding))
    assert _struck(settings, wanted, path, tmp_path / "anew") == (before + after).encode(encoding)


def test_rows_struck_one_after_the_other_leave_what_is_left_when_they_are_struck_together(
    settings: Settings, tmp_path: Path
) -> None:
    second = "C801200001003"
    rows = "".join(f"H{number},{upn},,watch\r\n" for number, upn in enumerate([GONE, STAYS, second, GONE, STAYS]))
    path = _file(tmp_path, "huddles", "huddles_reviews_2026-06-30.csv", (HUDDLES + rows).encode())

    def without(file: Path, *upns: str) -> bytes:
        with workspace(settings) as connection:
            for upn in upns:
                want_texts(connection, "upn", f"select 'upn|{upn}' as text")
            return _struck(settings, connection, file, tmp_path / "anew")

    together = without(path, GONE, second)
    first = _file(tmp_path, "huddles", path.name, without(path, second))
    assert without(first, GONE) == together
    assert together.count(STAYS.encode()) == 2


def test_a_new_upn_is_the_childs_where_the_former_one_the_birth_date_and_the_forename_agree(
    settings: Settings, tmp_path: Path
) -> None:
    headings = (
        "pupil_id,upn,former_upn,surname,forename,birth_date,sex,ethnicity_code,address_line,postcode,lsoa_code\n"
    )
    rows = (
        f"P1,{STAYS},{GONE},Byfield,Ada,2014-05-31,F,,,,\n"  # the child under another UPN
        f"P2,D801200001004,{GONE},Byfield,Ida,2014-05-31,F,,,,\n"  # a twin, by a slip
    )
    path = _file(tmp_path, "synergy", "synergy_pupils_2026-06-30.csv", (headings + rows).encode())
    with workspace(settings) as connection:
        want_texts(connection, "former", f"select 'former|{GONE}|2014-05-31|ADA' as text")
        read = _read(settings, connection, path)
        assert read.rows == {"synergy__pupils": [1]}
        # What the row teaches is looked for from now on: the new UPN, and the pupil's number.
        kinds = {kind for (kind,) in connection.execute("select kind from wanted").fetchall()}
    assert kinds == {"former", "upn", "pupil"}


def _workbook(path: Path) -> Path:
    book = Workbook()
    households, members, needs = book.active, book.create_sheet("Members"), book.create_sheet("Needs")
    households.title = "Households"
    households.append(["Household Ref", "Address", "Postcode", "Programme", "Start Date", "End Date"])
    households.append(["F1", "1 Lane", "ZZ1 1ZZ", "SF", "2025-01-01", None])
    members.append(["Household Ref", "Member Ref", "Surname", "Forename", "Date of Birth", "Gender", "Relationship"])
    members.append(["F1", "01", "Byfield", "Zachariah", "2010-01-01", "Male", "Child"])
    members.append(["F1", "02", "Byfield", "Philippa", "2014-05-31", "Female", "Child"])
    members["D3"].comment = Comment("Philippa prefers Pip", "worker")
    members.append(["F1", "03", "Byfield", "Grace", "1980-01-01", "Female", "Mother"])
    needs.append(["Household Ref", "Need", "Identified"])
    needs.append(["F1", "crime", "2025-01-01"])
    path.parent.mkdir(exist_ok=True)
    book.save(path)
    return path


def test_a_workbook_keeps_the_others_of_the_household_and_nothing_of_the_child_in_any_part(
    settings: Settings, tmp_path: Path
) -> None:
    path = _workbook(tmp_path / "family_matters" / "family_matters_2026-06-12.xlsx")
    with workspace(settings) as connection:
        want_texts(connection, "name", "select 'name|PHILIPPA|BYFIELD|2014-05-31|ZZ1 1ZZ' as text")
        assert _read(settings, connection, path).candidate.problem is None
        anew = _struck(settings, connection, path, tmp_path / "anew.xlsx")
        with zipfile.ZipFile(io.BytesIO(anew)) as parts:
            assert not [name for name in parts.namelist() if b"Philippa" in parts.read(name)]
        left = CalamineWorkbook.from_path(str(tmp_path / "anew.xlsx"))
        rows = left.get_sheet_by_name("Members").to_python()
        assert [row[3] for row in rows if row[3]] == ["Forename", "Zachariah", "Grace"]
        assert len(left.get_sheet_by_name("Households").to_python()) == 2
        again = _file(tmp_path, "family_matters", path.name, anew)
        assert _read(settings, connection, again).rows == {}
        assert _struck(settings, connection, path, tmp_path / "twice.xlsx") == anew


def test_what_keeps_no_contract_gives_way_to_a_notice_only_if_it_may_tell_of_the_child(
    settings: Settings, wanted: Any, tmp_path: Path
) -> None:
    names = [("Philippa", "Byfield")]
    contents = {
        f"whatever\n{GONE.lower()}\n": True,
        "whatever\nByfield;Philippa\n": True,
        "whatever\nByfield;Philip\n": False,
        f"whatever\n{STAYS}\n": False,
    }
    for content, tells in contents.items():
        path = _file(tmp_path, "huddles", "huddles_reviews_2026-06-30.csv", content.encode())
        read = _read(settings, wanted, path)
        assert not read.is_whole
        assert screening.mentions(wanted, read, names) is tells
        if tells:
            write_without(read, tmp_path / "anew")
            notice = _file(tmp_path, "huddles", path.name, (tmp_path / "anew").read_bytes())
            assert notice.read_text() == NOTICE
            assert not screening.mentions(wanted, _read(settings, wanted, notice), names)


def test_blocks_of_the_census_follow_the_pupil_by_the_number_that_the_block_gives(
    settings: Settings, wanted: Any, counties: dict[str, Path]
) -> None:
    blocks = sorted((counties["clean"] / "extracts_collect" / "school_census").iterdir())
    pupils = next(path for path in blocks if path.name.endswith("_pupilonroll.csv"))
    with pupils.open(encoding="utf-8-sig", newline="") as stream:
        first = next(csv.DictReader(stream))
    upn = next(value for heading, value in first.items() if heading.lower() == "upn")
    number = next(value for heading, value in first.items() if heading.lower() == "pupilonrolltableid")
    want_texts(wanted, "upn", f"select 'upn|{upn}' as text")
    term = [path for path in blocks if path.name.split("_")[:2] == pupils.name.split("_")[:2]]
    delivered = [
        files.Delivered(kept.path, kept.sha256, "school_census", path.name)
        for path in term
        if (kept := archive(path, settings.archive))
    ]
    found = {read.file.file_name: read for read in files.read(settings, wanted, delivered)}
    assert found[pupils.name].rows == {"school_census__pupils": [1]}
    details = next(name for name in found if name.endswith("_addressesonroll.csv"))
    (places,) = found[details].rows.values()
    lines = (blocks[0].parent / details).read_text("utf-8-sig").splitlines()
    assert places
    assert all(number in lines[place].split(",") for place in places)

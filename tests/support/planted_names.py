"""A child's name at every place where a file can hold one, delivered beside good files, and a search for it."""

import csv
import io
import unicodedata
import zipfile
from collections.abc import Iterator
from pathlib import Path

import duckdb
import openpyxl
from openpyxl.comments import Comment
from openpyxl.workbook.defined_name import DefinedName

from orchestration.releases import keys
from orchestration.settings import Settings
from tests.support.made_files import PUPIL_HEADINGS, census, census_pupil, pupil, text
from tests.support.warehouse import PROJECT, Warehouse

SURNAME = "Zzyzxford"
BORN = "17.03.1903"
ACCENTED = "Wilhelmína Zzýzxford"
FORMS = [
    form.encode(encoding)
    for encoding in ("utf-8", "utf-16-le")
    for form in (
        SURNAME.casefold(),
        *(unicodedata.normalize("NFC", "zzýzxford"), unicodedata.normalize("NFD", "zzýzxford")),
        "zzyzxcell",
        *("17.03.1903", "1903-03-17", "17/03/1903"),
    )
]
"""Of the name and the birth date what nobody else in the county has, in small letters, longer than chance makes."""

CELLS = {"sex": "ZZYZ", "ethnicity": "ZZYZXCELL"}
"""Values in the columns of codes: these stand where rows stand, and nowhere else."""


BINARY = (".duckdb", ".parquet", ".xlsx", ".zip", ".pickle", ".msgpack")


def deliver(home: Warehouse, folder: Path) -> str:
    """Write the files and deliver them; returns what was printed. Nothing but the rows of good files may be kept."""
    name = f"Wilhelmina {SURNAME}Folder"
    printed = ""
    for source, write in {"synergy": _csvs, "school_census": _returns, "family_matters": _workbooks}.items():
        write(home, folder / name / source)
        named = folder / name / f"{name} {source}"
        (folder / name / source).rename(named)
        done = home.earlyhelp("deliver", "--source", source, named)
        assert done.returncode == 0, done.stderr
        printed += done.stdout + done.stderr
    text(home.home / "landing" / f"Wilhelmina {SURNAME}Nowhere" / "synergy_pupils_2026-06-25.csv", PUPIL_HEADINGS)
    return printed


def _csvs(home: Warehouse, folder: Path) -> None:
    row, name = pupil(1), f"Wilhelmina {SURNAME}"
    text(folder / "synergy_pupils_2026-05-01.csv", f"{PUPIL_HEADINGS},{name} Heading {BORN}\n{row},1\n")
    text(folder / "synergy_pupils_2026-05-02.csv", f"{PUPIL_HEADINGS}P00001,{name.upper()} Glued,17/03/1903\n{row}\n")
    text(folder / f"{name} {BORN}.csv", f"{PUPIL_HEADINGS}\n{row}\n")
    text(folder / f"{name} {BORN}.docx", "A letter.")
    text(folder / f"{name} {BORN}", "A note.")
    for form in ("NFC", "NFD"):
        text(folder / unicodedata.normalize(form, f"{ACCENTED} {form}.csv"), f"{PUPIL_HEADINGS}\n{pupil(2)}\n{form}")
    # The county's own pupils, with two cells that slipped into columns of codes.
    (own,) = sorted((home.county / "extracts" / "synergy").glob("synergy_pupils_*.csv"))[-1:]
    lines = own.read_text(encoding="utf-8-sig").splitlines()
    lines[3] = lines[3].replace(",M,", f",{CELLS['sex']},").replace(",F,", f",{CELLS['sex']},")
    lines[4] = lines[4].replace(",WBRI,", f",{CELLS['ethnicity']},")
    assert all(cell in "".join(lines[3:5]) for cell in CELLS.values())
    text(folder / own.name, "\n".join(lines) + "\n")


def _returns(home: Warehouse, folder: Path) -> None:
    tag = census([census_pupil(1, identifiers=f"<{SURNAME}Tag>1</{SURNAME}Tag>")], school_id="9994001")
    text(folder / "school_census_9994001_2026_spring.xml", tag)
    late = [*(census_pupil(number) for number in range(1, 40)), census_pupil(40, extra=f"<{SURNAME}Late/>")]
    text(folder / "school_census_9994002_2026_spring.xml", census(late, school_id="9994002"))
    beside = census([census_pupil(number) for number in range(1, 12)], school_id="9994003")
    beside = beside.replace("<PupilOnRoll>", f'<PupilOnRoll name="{SURNAME}Attribute"><!-- {SURNAME}Comment -->')
    beside = beside.replace("<Pupils>", f"<?{SURNAME}Instruction {BORN}?><Pupils>")
    beside = beside.replace("<Source>", f"<{SURNAME}Header>{SURNAME}</{SURNAME}Header><Source>")
    text(folder / f"{ACCENTED} {BORN}.xml", beside)
    for part, value in {"Term": "SPR", "Year": "2026", "LEA": "999", "Estab": "9994"}.items():
        stated = census([census_pupil(1)], school_id="9999994")
        text(folder / f"{part}.xml", stated.replace(f"<{part}>{value}<", f"<{part}>{SURNAME}{part}<"))
    text(folder / f"school_census_{SURNAME}_2026_spring.xml", "<Message>" + SURNAME)


def _workbooks(home: Warehouse, folder: Path) -> None:
    (own,) = sorted((home.county / "extracts" / "family_matters").glob("*.xlsx"))[-1:]
    folder.mkdir(parents=True)
    sheet, heading, beside = (openpyxl.load_workbook(own) for _ in range(3))
    sheet.create_sheet(f"{SURNAME}Sheet").append([f"{SURNAME}SheetHeading"])
    sheet.save(folder / "family_matters_2026-04-01.xlsx")
    heading["Members"].cell(1, 9, f"{SURNAME}Heading")
    heading.save(folder / "family_matters_2026-04-02.xlsx")
    # All that a workbook holds beside its cells; its rows are the county's own, so it is accepted.
    properties = beside.properties
    properties.creator = properties.title = properties.subject = properties.keywords = f"{SURNAME}Property"
    beside.defined_names[f"{SURNAME}Name"] = DefinedName(f"{SURNAME}Name", attr_text="Members!$A$1")
    beside["Members"]["A2"].comment = Comment(f"{SURNAME}Remark", f"{SURNAME}Author")
    content = io.BytesIO()
    beside.save(content)
    _with_unused_string(content, folder / own.name)
    (folder / f"{ACCENTED} {BORN}.xlsx").write_bytes(own.read_bytes() + b"\n")


def _with_unused_string(workbook: io.BytesIO, target: Path) -> None:
    with zipfile.ZipFile(workbook) as read, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as written:
        for part in read.namelist():
            content = read.read(part)
            if part == "xl/sharedStrings.xml":
                content = content.replace(b"</sst>", f"<si><t>{SURNAME}Shared</t></si></sst>".encode())
                assert f"{SURNAME}Shared".encode() in content
            written.writestr(part, content)


def is_planted(content: bytes, is_text: bool = True) -> bool:
    """Whether the name or the birth date stands in bytes, in any letters. The short cell is looked for in text alone:
    four bytes of a database are those of a name now and then."""
    small = content.lower()
    return any(form in small for form in FORMS) or (is_text and CELLS["sex"].casefold().encode() in small)


def found(warehouse: Warehouse) -> dict[str, list[str]]:
    """Every file under the home and dbt's own target in which the name stands: where in its bytes, and in the tables of
    those that are databases, Parquet or zip."""
    files = [*warehouse.home.rglob("*"), *(PROJECT / "target").rglob("*")]
    places = {
        str(path.relative_to(warehouse.home if path.is_relative_to(warehouse.home) else PROJECT)): [
            *(["its name"] if is_planted(str(path.name).encode(errors="surrogateescape")) else []),
            *(_within(warehouse, path) if path.is_file() and not path.is_symlink() else []),
        ]
        for path in files
    }
    return {path: where for path, where in places.items() if where}


def _within(warehouse: Warehouse, path: Path) -> Iterator[str]:
    if path.suffix == ".duckdb":
        yield from _tables(path, key_of(warehouse, path))
        # The bytes of the build are those of its rows, too.
        if path.parent.name == "build":
            return
    if path.suffix == ".parquet":
        with duckdb.connect() as connection:
            if _holds(connection, f"read_parquet('{path}')"):
                yield "its rows"
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            yield from (part for part in archive.namelist() if is_planted(archive.read(part)))
    if is_planted(path.read_bytes(), is_text=path.suffix not in BINARY):
        yield "its bytes"


def encrypted() -> set[str]:
    """The audiences whose files are encrypted: each lies in the folder of its audience."""
    with (PROJECT / "seeds" / "reference" / "ref_audience.csv").open(newline="") as file:
        return {row["audience_code"] for row in csv.DictReader(file) if row["is_encrypted"] == "true"}


def key_of(warehouse: Warehouse, path: Path) -> str | None:
    if path.parent.name not in encrypted():
        return None
    settings = Settings(home=warehouse.home, key="the key of the tests, which is known to everybody and hides nobody")
    name = f"{path.parent.name}/{path.stem}"
    return keys.derive(settings, name, keys.newest(settings, name))


def _tables(path: Path, key: str | None) -> Iterator[str]:
    with duckdb.connect() as connection:
        options = f"read_only, encryption_key '{key}'" if key else "read_only"
        connection.execute(f"attach '{path}' as opened ({options})")
        tables = connection.execute(
            "select schema_name, table_name from duckdb_tables() where database_name = 'opened' order by all"
        ).fetchall()
        assert tables, path
        for schema, table in tables:
            if _holds(connection, f'opened.{schema}."{table}"'):
                yield f"{schema}.{table}"
        (comments,) = connection.execute(
            "select coalesce(string_agg(comment), '') from duckdb_columns() where database_name = 'opened'"
        ).fetchone()
        assert not is_planted(comments.encode())


def _holds(connection: duckdb.DuckDBPyConnection, relation: str) -> bool:
    (count,) = connection.execute(
        f"""
        select count(*)
        from (select strip_accents(nfc_normalize(lower(r::varchar))) as said from {relation} as r)
        where contains(said, 'zzyz') or regexp_matches(said, '17.03.1903|1903-03-17')
        """
    ).fetchone()
    return count > 0

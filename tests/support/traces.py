"""Looks for a child in everything under a home: in the bytes of files, and in what compressed files hold."""

import io
import json
import os
import re
import unicodedata
import zipfile
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal
from urllib.parse import quote

import duckdb
from python_calamine import CalamineWorkbook

from orchestration.home import durable
from orchestration.releases import keys
from orchestration.settings import Settings
from tests.support.warehouse import KEY

ENCODINGS = ("utf-8", "utf-16-le", "utf-16-be", "cp1252", "latin-1")
CASES = (
    str,
    str.upper,
    str.lower,
    str.title,
    str.casefold,
    lambda text: text.upper().replace("I", "\N{LATIN CAPITAL LETTER I WITH DOT ABOVE}"),
)
NORMAL_FORMS: tuple[Literal["NFC", "NFD", "NFKC"], ...] = ("NFC", "NFD", "NFKC")
WITHOUT_LETTERS = re.compile(r"(BOOLEAN|U?\w*INT(EGER)?|DECIMAL|FLOAT|DOUBLE|DATE|TIME(STAMP)?\b.*)(\(.*\))?$")
"""Types of DuckDB whose values spell no name and no key."""
REACH = 4096
"""So many bytes to both sides of a name the other is looked for, which is more than any spelling of both takes."""
JOINED_BY = (" ", "-", "_", ".", "'", "\N{RIGHT SINGLE QUOTATION MARK}", "%20", "")


def spellings(name: str) -> set[str]:
    """How a name may be written. Listed here, and not taken from what erases, so that a mistake in one is found."""
    without = "".join(mark for mark in unicodedata.normalize("NFD", name) if not unicodedata.combining(mark))
    found = {
        *(unicodedata.normalize(form, name) for form in NORMAL_FORMS),
        *(without, name.replace("ß", "ss"), without.replace("ı", "i").replace("ø", "o").replace("ł", "l")),
    }
    found |= {mark.join(re.split(r"[ '\-]", text)) for text in found for mark in JOINED_BY}
    found = {case(text) for text in found for case in CASES}
    return found | {json.dumps(text)[1:-1] for text in found} | {quote(text) for text in found}


def _encoded(name: str, encoding: str) -> list[bytes]:
    """The spellings that an encoding has letters for, the longest first."""
    found = set()
    for text in spellings(name):
        with suppress(UnicodeEncodeError):
            found.add(text.encode(encoding))
    return sorted(found, key=len, reverse=True)


@cache
def _patterns(forename: str, surname: str) -> tuple[re.Pattern[bytes], ...]:
    """One pattern for each encoding: the names within a line of each other, in any order, no letter beside them."""
    found = []
    for encoding in ENCODINGS:
        one, other = (b"|".join(map(re.escape, _encoded(name, encoding))) for name in (forename, surname))
        if encoding.startswith("utf-16"):
            pattern = rb"(?:%s)(?s:.){0,160}?(?:%s)|(?:%s)(?s:.){0,160}?(?:%s)" % (one, other, other, one)
        else:
            near = rb"(?:</?\w+>|[^\n<]){0,80}?"
            begin, end = rb"(?<![A-Za-z])(?:", rb")(?![A-Za-z])"
            parted = rb"%s%s%s%s%s%s%s" % (begin, one, end, near, begin, other, end)
            turned = rb"%s%s%s%s%s%s%s" % (begin, other, end, near, begin, one, end)
            glued = rb"%s(?:%s)(?:%s)|(?:%s)(?:%s)%s" % (begin, one, other, other, one, end)
            pattern = parted + b"|" + turned + b"|" + glued
        found.append(re.compile(pattern))
    return tuple(found)


def _near(content: bytes, *pieces: str) -> Iterator[bytes]:
    """The parts of the content where a piece of each name stands, with REACH to both sides.

    To look for all spellings in all of a build took 40 s of processor time.
    """
    one, other = (_written(piece) for piece in sorted(pieces, key=len))
    lowered = content.lower()
    begin = end = 0
    for place in [*_places_of(other, lowered), len(content) + 2 * REACH]:
        if place - REACH > end:
            if any(text in lowered[begin:end] for text in one):
                yield content[begin:end]
            begin = place - REACH
        end = place + REACH


def _places_of(texts: set[bytes], lowered: bytes) -> list[int]:
    return sorted(match.start() for text in texts for match in re.finditer(re.escape(text), lowered))


def _written(piece: str) -> set[bytes]:
    """How a piece of plain letters stands in bytes: in UTF-16 there is a NUL between its letters."""
    return {piece.encode(), piece.encode("utf-16-le")[:-1]}


def _piece(name: str) -> str:
    """The longest run of plain letters of a name, which stands there however the others are written."""
    return max(re.findall("[a-hj-z]+", name.lower()), key=len, default="")


@dataclass(frozen=True)
class Known:
    """What a child is known by: texts that are the child's alone, and a name that nobody else has."""

    texts: tuple[str, ...]
    forename: str
    surname: str

    def in_bytes(self, content: bytes) -> bool:
        """Whether a text stands there in any encoding, or the names within a line of each other in any spelling."""
        if any(text.encode(encoding) in content for text in self.texts for encoding in ENCODINGS[:3]):
            return True
        patterns = _patterns(self.forename, self.surname)
        near = _near(content, _piece(self.forename), _piece(self.surname))
        return any(pattern.search(window) for window in near for pattern in patterns)

    def in_cells(self, row: list[object]) -> bool:
        """Whether a row of a sheet tells of the child."""
        cells = {str(cell).strip().upper() for cell in row}
        return (
            bool(cells & {text.upper() for text in self.texts})
            or {
                self.forename.upper(),
                self.surname.upper(),
            }
            <= cells
        )


def places(home: Path, known: Known) -> set[str]:
    """Every place under `home` that tells of the child: names, files, members of workbooks, tables, Parquet files."""
    everything = sorted(home.rglob("*"))
    named = {f"{_shown(home, path)} (its name)" for path in everything if known.in_bytes(os.fsencode(path.name))}
    files = [path for path in everything if path.is_file()]
    with duckdb.connect() as connection:
        return named | {place for path in files for place in _found_in(home, path, known, connection)}


_SEARCHED: dict[tuple[Known, str, str], list[str]] = {}
"""What was found for a child in a file of some name and bytes: a home that is looked through again has most of them."""


def _found_in(home: Path, path: Path, known: Known, connection: duckdb.DuckDBPyConnection) -> list[str]:
    key = (known, _shown(home, path), durable.sha256(path))
    # A database with a log beside it holds what stands in that, too.
    if key not in _SEARCHED or path.with_name(f"{path.name}.wal").exists():
        _SEARCHED[key] = [*_places_in(home, path, known, connection)]
    return _SEARCHED[key]


def _shown(home: Path, path: Path) -> str:
    return os.fsencode(path.relative_to(home)).decode(errors="replace")


def _places_in(home: Path, path: Path, known: Known, connection: duckdb.DuckDBPyConnection) -> Iterator[str]:
    name = _shown(home, path)
    content = path.read_bytes()
    if known.in_bytes(content):
        yield name
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as parts:
            yield from (
                f"{name}!{part}"
                for part in parts.namelist()
                # A word processor parts a name by marks at will.
                if any(
                    map(known.in_bytes, (part.encode(), parts.read(part), re.sub(rb"<[^>]*>", b"", parts.read(part))))
                )
            )
            is_workbook = "xl/workbook.xml" in parts.namelist()
        if is_workbook:
            # A workbook keeps each text once, so that the names of one row need not stand beside each other.
            workbook = CalamineWorkbook.from_filelike(io.BytesIO(content))
            for sheet in workbook.sheet_names:
                if any(known.in_cells(list(row)) for row in workbook.get_sheet_by_name(sheet).to_python()):
                    yield f"{name}!{sheet}"
    if path.suffix == ".parquet" and _holds(connection, f"read_parquet('{path}')", known):
        yield f"{name}#rows"
    if path.suffix == ".duckdb":
        connection.execute(f"attach '{path}' as looked ({_options(home, path)})")
        tables = connection.execute(
            "select schema_name, table_name from duckdb_tables() where database_name = 'looked'"
        ).fetchall()
        for schema, table in tables:
            if _holds(connection, f'looked.{schema}."{table}"', known):
                yield f"{name}:{schema}.{table}"
        connection.execute("detach looked")


def _options(home: Path, path: Path) -> str:
    """How a database is opened, encrypted or not: the manifest of its release says with which key."""
    options = "read_only"
    for folder in path.parents:
        if (manifest := folder / "manifest.json").exists():
            entry = json.loads(manifest.read_text())["files"][str(path.relative_to(folder))]
            if entry["key_id"]:
                key = keys.derive(Settings(home=home, key=KEY), entry["audience"], entry["key_id"])
                options += f", encryption_key '{key}'"
    return options


def _holds(connection: duckdb.DuckDBPyConnection, relation: str, known: Known) -> bool:
    described = connection.execute(f"describe from {relation}").fetchall()
    # Numbers, days and times spell nobody; each column by itself, for what repeats in one is then looked at once.
    columns = [f'upper("{name}"::varchar)' for name, kind, *_ in described if not WITHOUT_LETTERS.match(kind)]
    if not columns:
        return False

    def somewhere(text: str) -> str:
        return " or ".join(f"contains({column}, ${text})" for column in columns)

    asked = {f"text{number}": text.upper() for number, text in enumerate(known.texts)}
    told = " or ".join(map(somewhere, asked))
    named = f"({somewhere('forename')}) and ({somewhere('surname')})"
    names = {"forename": known.forename.upper(), "surname": known.surname.upper()}
    found = connection.execute(f"select 1 from {relation} where {told} or ({named}) limit 1", asked | names).fetchall()
    return bool(found)

"""Looks for a child in everything under a home: in the bytes of files, and in what compressed files hold."""

import io
import json
import re
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb
from python_calamine import CalamineWorkbook

from orchestration.releases import keys
from orchestration.settings import Settings
from tests.pipeline.warehouse import KEY

ENCODINGS = ("utf-8", "utf-16-le", "utf-16-be")


@dataclass(frozen=True)
class Known:
    """What a child is known by: texts that are the child's alone, and a name that nobody else has."""

    texts: tuple[str, ...]
    forename: str
    surname: str

    def in_bytes(self, content: bytes) -> bool:
        """Whether a text stands there in any encoding, or the names within a line of each other."""
        if any(text.encode(encoding) in content for text in self.texts for encoding in ENCODINGS):
            return True
        names = (self.forename.encode(), self.surname.encode())
        lowered = content.lower()
        if not all(name.lower() in lowered for name in names):
            return False  # at once: to look for both names near each other takes long
        one, other = map(re.escape, names)
        near = rb"(?:</?\w+>|[^\n<]){0,80}?"
        return bool(re.search(rb"\b%s\b%s\b%s\b|\b%s\b%s\b%s\b" % (one, near, other, other, near, one), content, re.I))

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
    """Every place under `home` that tells of the child: files, members of workbooks, tables, Parquet files."""
    return {place for path in sorted(home.rglob("*")) if path.is_file() for place in _places_in(home, path, known)}


def _places_in(home: Path, path: Path, known: Known) -> Iterator[str]:
    name = str(path.relative_to(home))
    content = path.read_bytes()
    if known.in_bytes(content):
        yield name
    if content[:2] == b"PK":
        with zipfile.ZipFile(path) as parts:
            yield from (f"{name}!{part}" for part in parts.namelist() if known.in_bytes(parts.read(part)))
            is_workbook = "xl/workbook.xml" in parts.namelist()
        if is_workbook:
            # A workbook keeps each text once, so that the names of one row need not stand beside each other.
            workbook = CalamineWorkbook.from_filelike(io.BytesIO(content))
            for sheet in workbook.sheet_names:
                if any(known.in_cells(row) for row in workbook.get_sheet_by_name(sheet).to_python()):
                    yield f"{name}!{sheet}"
    if path.suffix == ".parquet":
        with duckdb.connect() as connection:
            if _holds(connection, f"read_parquet('{path}')", known):
                yield f"{name}#rows"
    if path.suffix == ".duckdb":
        with _opened(home, path) as connection:
            tables = connection.execute(
                "select schema_name, table_name from duckdb_tables() where database_name = 'looked'"
            ).fetchall()
            for schema, table in tables:
                if _holds(connection, f'{schema}."{table}"', known):
                    yield f"{name}:{schema}.{table}"


@contextmanager
def _opened(home: Path, path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A database, encrypted or not: the manifest of its release says with which key."""
    options = "read_only"
    for folder in path.parents:
        if (manifest := folder / "manifest.json").exists():
            entry = json.loads(manifest.read_text())["files"][str(path.relative_to(folder))]
            if entry["key_id"]:
                key = keys.derive(Settings(home=home, key=KEY), entry["audience"], entry["key_id"])
                options += f", encryption_key '{key}'"
    with duckdb.connect() as connection:
        connection.execute(f"attach '{path}' as looked ({options})")
        connection.execute("use looked")
        yield connection


def _holds(connection: duckdb.DuckDBPyConnection, relation: str, known: Known) -> bool:
    found = connection.execute(
        f"""
        select 1
        from (select upper(told::varchar) as said from {relation} as told)
        where list_bool_or(list_transform($texts, lambda text: contains(said, upper(text))))
            or (contains(said, upper($forename)) and contains(said, upper($surname)))
        limit 1
        """,
        {"texts": list(known.texts), "forename": known.forename, "surname": known.surname},
    ).fetchall()
    return bool(found)

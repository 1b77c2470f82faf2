"""Writes answers of queries to files, as CSV, sheets or XML; the queries order their rows: the same bytes each time."""

import datetime as dt
import re
import zipfile
from collections.abc import Mapping
from pathlib import Path

import duckdb
from openpyxl import Workbook

ROWS_AT_A_TIME = 5_000

BOM = "\ufeff"

ELEMENTS = """
create or replace macro xml(value) as replace(replace(replace(value, '&', '&amp;'), '<', '&lt;'), '>', '&gt;');
create or replace macro element(name, value) as
    if(value is null, '', '<' || name || '>' || value || '</' || name || '>');
create or replace macro block(name, content) as
    if(content is null, '', '<' || name || '>' || content || '</' || name || '>');
"""
"""Macros that write XML: what is missing is no element."""


def write_csv(connection: duckdb.DuckDBPyConnection, query: str, path: Path, delimiter: str = ",") -> Path:
    """Write `query` with its headings as CSV. A BOM is had by beginning the first heading with it."""
    connection.execute(
        f"copy ({query}) to '{str(path).replace(chr(39), chr(39) * 2)}' (format csv, header, delimiter '{delimiter}')"
    )
    return path


def write_workbook(connection: duckdb.DuckDBPyConnection, sheets: Mapping[str, str], path: Path, day: dt.date) -> Path:
    """Write a sheet for each query, by its name. The bytes depend on nothing but the content and `day`."""
    workbook = Workbook(write_only=True)
    for name, query in sheets.items():
        sheet = workbook.create_sheet(name)
        rows = connection.execute(query)
        sheet.append([column[0] for column in rows.description])
        while block := rows.fetchmany(ROWS_AT_A_TIME):
            for row in block:
                sheet.append(row)
    workbook.save(path)
    _forget_when_it_was_saved(path, day)
    return path


def _forget_when_it_was_saved(path: Path, day: dt.date) -> None:
    """Rewrite the archive with `day` for every time that openpyxl took from the clock."""
    stamped = path.with_suffix(".stamped")
    with zipfile.ZipFile(path) as saved, zipfile.ZipFile(stamped, "w", zipfile.ZIP_DEFLATED) as fixed:
        for name in saved.namelist():
            content = saved.read(name)
            if name == "docProps/core.xml":
                content = re.sub(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", f"{day}T09:00:00Z".encode(), content)
            entry = zipfile.ZipInfo(name, (day.year, day.month, day.day, 9, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            fixed.writestr(entry, content)
    stamped.replace(path)

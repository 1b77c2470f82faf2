"""Reads a workbook: what its sheets show before their rows are read, and their rows."""

import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice
from pathlib import Path
from typing import Any
from xml.parsers.expat import ExpatError

from lxml import etree

from expectations.contract.match import Content, Match, sheets_of
from expectations.contract.model import Column
from expectations.contract.odd_cells import Mark, is_odd
from orchestration.deliveries.problem import DeliveryProblem
from orchestration.deliveries.readers.cells import Book, Cells, Number, Value
from orchestration.deliveries.readers.number_formats import as_shown, plain
from orchestration.deliveries.readers.rows import ROWS_AT_ONCE, Rows
from orchestration.deliveries.readers.workbook import inspect
from orchestration.settings import Limits

AS_SHOWN = ("text", "code", "upn")
"""Types of columns whose values are what the sheet shows; of the others it is what the cell holds."""


@dataclass(frozen=True)
class Sheet:
    """A sheet that fills a raw table: its name in the workbook, and the number of its row of headings."""

    name: str
    first_row: int


def sheets(file: Path, limits: Limits) -> dict[str, Cells]:
    """The sheets that have any cell, by name. Raises DeliveryProblem for what is damaged or takes too much."""
    inspect(file, limits)
    try:
        found = {cells.name: cells for cells in Book(file).sheets()}
    # decimal.InvalidOperation is an ArithmeticError
    except (etree.XMLSyntaxError, ExpatError, OSError, LookupError, ValueError, ArithmeticError, StopIteration,
            zipfile.BadZipFile):  # fmt: skip
        raise DeliveryProblem("the workbook cannot be read", "Open it, save it as .xlsx and send it again") from None
    widest = max((sheet.width for sheet in found.values()), default=0)
    if widest > limits.columns:
        raise DeliveryProblem(
            f"a sheet has {widest:,} columns, at most {limits.columns:,} are read",
            "Delete the cells far to the right of the table, which may look empty",
        )
    return found


def peek(found: dict[str, Cells]) -> Content:
    """The headings of every sheet."""
    return Content(headings={name: _headings(next(cells.rows())[1]) for name, cells in found.items()})


def read(found: dict[str, Cells], match: Match, rows: Rows) -> dict[str, Sheet]:
    """Put the rows of the declared sheets into `rows` and return where they stood; wholly empty rows are no rows."""
    names = sheets_of(match.contract, found)
    read = {}
    for table_name, columns in match.headings.items():
        table = match.contract.tables[table_name]
        (name,) = names[table_name]
        sheet = found[name]
        read[table_name] = Sheet(sheet.name, sheet.first_row)
        cells = sheet.rows()
        headings = _headings(next(cells)[1])
        places = [(headings.index(chosen[0]), table.column(name)) for name, chosen in columns.items()]
        numbered = _rows(sheet, cells, places)
        while piece := list(islice(numbered, ROWS_AT_ONCE)):
            rows.add(table_name, list(columns), piece)
    return read


def as_text(cell: Value | None, column: Column | None = None) -> str | None:
    """A cell as text: dates in ISO form, numbers in digits or as the sheet shows them, empty cells as None.

    A date in a column of texts is a text that a spreadsheet took for one (3-4 for the third of April).
    """
    is_shown = column is not None and column.type in AS_SHOWN
    match cell:
        case None | "":
            return None
        case bool():
            return str(cell).lower()
        case str():
            return str(cell)
        case Number():
            if is_shown or (column is not None and "%" in cell.form):
                return as_shown(cell.value, cell.form)
            return plain(cell.value)
        case _ if is_shown:
            return Mark.SHOWN_OTHERWISE.value
        case datetime():
            return cell.isoformat(sep=" ", timespec="seconds")
        case date():
            return cell.isoformat()
        case _:
            return cell.isoformat(timespec="seconds")


def _rows(
    sheet: Cells, cells: Iterator[tuple[int, list[Value | None]]], places: list[tuple[int, Column]]
) -> Iterator[list[Any]]:
    """The rows below the headings, each with its number; an error where nobody reads makes no row."""
    for number, row in cells:
        texts = [as_text(row[place], column) for place, column in places]
        if any(texts) or any(cell is not None and not is_odd(as_text(cell)) for cell in row):
            yield [number - sheet.first_row, *texts]


def _headings(row: list[Value | None]) -> list[str]:
    return [as_text(cell) or "" for cell in row]

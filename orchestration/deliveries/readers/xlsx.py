"""Reads a workbook with calamine: what its sheets show before their rows are read, and their rows."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import islice
from pathlib import Path

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook

from expectations.contract_match import Content, Match, sheets_of
from orchestration.deliveries.limits import Limits
from orchestration.deliveries.problem import DeliveryProblem
from orchestration.deliveries.readers.rows import ROWS_AT_ONCE, Rows
from orchestration.deliveries.readers.workbook import inspect


@dataclass(frozen=True)
class Sheet:
    """A sheet that fills a raw table: its name in the workbook, and the number of its row of headings."""

    name: str
    first_row: int


def sheets(file: Path, limits: Limits) -> dict[str, CalamineSheet]:
    """The sheets that have any cell, by name. Raises DeliveryProblem for what is damaged or takes too much."""
    inspect(file, limits)
    try:
        workbook = CalamineWorkbook.from_path(str(file))
        found = {name: workbook.get_sheet_by_name(name) for name in workbook.sheet_names}
    except (CalamineError, OSError, ValueError, IndexError):
        raise DeliveryProblem("the workbook cannot be read", "Open it, save it as .xlsx and send it again") from None
    found = {name: sheet for name, sheet in found.items() if sheet.start is not None}
    widest = max((sheet.width for sheet in found.values()), default=0)
    if widest > limits.columns:
        raise DeliveryProblem(
            f"a sheet has {widest:,} columns, at most {limits.columns:,} are read",
            "Delete the cells far to the right of the table, which may look empty",
        )
    return found


def peek(found: dict[str, CalamineSheet]) -> Content:
    """The headings of every sheet."""
    first = {name: next(_rows(sheet)) for name, sheet in found.items()}
    return Content(headings={name: [as_text(cell) or "" for cell in cells] for name, cells in first.items()})


def read(found: dict[str, CalamineSheet], match: Match, rows: Rows) -> dict[str, Sheet]:
    """Put the rows of the declared sheets into `rows` and return where they stood; wholly empty rows are no rows."""
    names = sheets_of(match.contract, found)
    read = {}
    for table_name, columns in match.headings.items():
        (name,) = names[table_name]
        read[table_name] = Sheet(name, found[name].start[0] + 1)
        cells = _rows(found[name])
        headings = [as_text(cell) for cell in next(cells)]
        places = [headings.index(chosen[0]) for chosen in columns.values()]
        numbered = (
            [number, *(as_text(row[place]) for place in places)]
            for number, row in enumerate(cells, start=1)
            if any(cell != "" for cell in row)
        )
        while piece := list(islice(numbered, ROWS_AT_ONCE)):
            rows.add(table_name, list(columns), piece)
    return read


def as_text(cell: str | float | bool | date | time | timedelta | None) -> str | None:
    """A cell as text: dates in ISO form, whole numbers without decimals, empty cells as None."""
    match cell:
        case None | "":
            return None
        case bool():
            return str(cell).lower()
        case datetime():
            return cell.date().isoformat() if cell.time() == time() else cell.isoformat(sep=" ", timespec="seconds")
        case float() if cell.is_integer():
            return str(int(cell))
        case date() | time():
            return cell.isoformat()
        case _:
            return str(cell)


def _rows(sheet: CalamineSheet) -> Iterator[list]:
    """The rows from the first used one on; calamine puts empty ones before it."""
    return islice(sheet.iter_rows(), sheet.start[0], None)

"""Reads a workbook sheet by sheet, once it is sure that it does not unfold to more than it should."""

import zipfile
from datetime import date, datetime, time, timedelta
from pathlib import Path

from python_calamine import CalamineError, CalamineWorkbook

from expectations.contract_match import Content, Match
from orchestration.deliveries.limits import Limits
from orchestration.deliveries.problem import DeliveryProblem
from orchestration.deliveries.readers.batches import Batches

Sheets = dict[str, list[list]]


def sheets(file: Path, limits: Limits) -> Sheets:
    """The cells of every sheet, the row of headings first."""
    _refuse_bomb(file, limits)
    try:
        workbook = CalamineWorkbook.from_path(str(file))
        return {name: workbook.get_sheet_by_name(name).to_python(skip_empty_area=True) for name in workbook.sheet_names}
    except (CalamineError, OSError, ValueError, IndexError):
        raise DeliveryProblem("the workbook cannot be read", "Open it, save it as .xlsx and send it again") from None


def peek(found: Sheets) -> Content:
    """The headings of every sheet that has any."""
    return Content(headings={name: [as_text(cell) or "" for cell in rows[0]] for name, rows in found.items() if rows})


def read(found: Sheets, match: Match, delivery_id: str, batches: Batches) -> int:
    """Put the rows of the declared sheets into the batches and return their number; wholly empty rows are no rows."""
    count = 0
    for table_name, columns in match.headings.items():
        table = match.contract.tables[table_name]
        name = next(name for name in found if name.strip().casefold() == (table.sheet or table.name).casefold())
        headings = [as_text(cell) for cell in found[name][0]]
        places = [headings.index(chosen[0]) for chosen in columns.values()]
        rows = [
            [number, *(as_text(row[place]) for place in places)]
            for number, row in enumerate(found[name][1:], start=1)
            if any(cell != "" for cell in row)
        ]
        batches.add(table_name, list(columns), rows, delivery_id)
        count += len(rows)
    return count


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


def _refuse_bomb(file: Path, limits: Limits) -> None:
    """Raise DeliveryProblem for a damaged zip, or one that unfolds to too much; every part is tried in small pieces."""
    try:
        with zipfile.ZipFile(file) as archive:
            parts = archive.infolist()
            unfolded = sum(part.file_size for part in parts)
            too_much = (
                len(parts) > limits.zip_entries
                or unfolded > limits.unzipped_bytes
                or unfolded > limits.unzip_ratio * max(file.stat().st_size, 64 * 1024)
            )
            if too_much:
                raise DeliveryProblem(
                    f"the workbook unfolds from {file.stat().st_size:,} to {unfolded:,} bytes in {len(parts)} parts, "
                    "more than is allowed",
                    "Send a plain workbook; if this one is right, raise EARLYHELP_LIMIT_UNZIPPED_BYTES or _UNZIP_RATIO",
                    code="too_large",
                )
            if any(part.flag_bits & 1 for part in parts):
                raise DeliveryProblem("the workbook is encrypted", "Save it without a password")
            if archive.testzip() is not None:
                raise zipfile.BadZipFile
    # NotImplementedError is what zipfile says to a compression it does not know.
    except (zipfile.BadZipFile, EOFError, NotImplementedError, RuntimeError, OSError, ValueError):
        raise DeliveryProblem(
            "the workbook is damaged or no .xlsx: its zip cannot be unfolded",
            "It may have been cut off, or protected with a password; save it as plain .xlsx and send it again",
        ) from None

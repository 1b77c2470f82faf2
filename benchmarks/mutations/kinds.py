"""The ways in which a delivery is broken: each does it, and says what it did, or None where there is nothing to break.

What is said names headings and counts, never a cell.
"""

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from random import Random

from benchmarks.mutations.files import Cells, Delivery, Sheet, read

Kind = Callable[[Random, Delivery], str | None]

DATE = re.compile(r"(\d\d)/(\d\d)/(\d{4})|(\d{4})-(\d\d)-(\d\d)")
IDENTIFIER = re.compile(r"\b(ref|upn|number|laestab|urn|member|dfe)\b|UPN$", re.IGNORECASE)
SCHOOL = re.compile(r"dfe number|laestab|establishmentnumber", re.IGNORECASE)


@dataclass(frozen=True)
class Column:
    """One column of one sheet."""

    sheet: Sheet
    place: int

    @property
    def name(self) -> str:
        return self.sheet.columns[self.place]

    @property
    def cells(self) -> Cells:
        return [row[self.place] for row in self.sheet.rows]

    def put(self, cells: Cells) -> None:
        for row, cell in zip(self.sheet.rows, cells, strict=True):
            row[self.place] = cell

    def values(self) -> list[str]:
        """The texts that stand in it, each once."""
        return sorted({str(cell) for cell in self.cells if cell not in (None, "")})


def columns(delivery: Delivery) -> list[Column]:
    return [Column(sheet, place) for sheet in delivery.sheets if sheet.rows for place in range(len(sheet.columns))]


def _some(chance: Random, found: list[Column]) -> Column | None:
    return chance.choice(found) if found else None


def _sheet(chance: Random, delivery: Delivery) -> Sheet:
    return chance.choice([sheet for sheet in delivery.sheets if sheet.rows])


def _changed(column: Column | None, change: Callable[[object], object], what: str) -> str | None:
    if column is None:
        return None
    before = column.cells
    column.put([cell if cell in (None, "") else change(cell) for cell in before])
    return f"{column.name}: {what}" if column.cells != before else None


def zeros_dropped(chance: Random, delivery: Delivery) -> str | None:
    """As a spreadsheet does that takes identifiers for numbers."""

    def without(cell: object) -> object:
        return re.sub(r"(?<!\d)0+(?=\d)", "", cell) if isinstance(cell, str) else cell

    found = [column for column in columns(delivery) if any(without(cell) != cell for cell in column.cells)]
    return _changed(_some(chance, [c for c in found if not DATE.search(c.values()[0])]), without, "zeros dropped")


def columns_swapped(chance: Random, delivery: Delivery) -> str | None:
    sheet = _sheet(chance, delivery)
    if len(sheet.columns) < 2:
        return None
    one, other = (Column(sheet, place) for place in sorted(chance.sample(range(len(sheet.columns)), 2)))
    cells = one.cells
    one.put(other.cells)
    other.put(cells)
    return f"{one.name} and {other.name}: values swapped"


def column_shifted(chance: Random, delivery: Delivery) -> str | None:
    column = _some(chance, columns(delivery))
    if column is None:
        return None
    column.put([*column.cells[-1:], *column.cells[:-1]])
    return f"{column.name}: shifted by a row"


def column_filled_down(chance: Random, delivery: Delivery) -> str | None:
    column = _some(chance, columns(delivery))
    if column is None:
        return None
    column.put([next((cell for cell in column.cells if cell), None)] * len(column.cells))
    return f"{column.name}: the first value in every row"


def column_blanked(chance: Random, delivery: Delivery) -> str | None:
    column = _some(chance, [column for column in columns(delivery) if column.values()])
    if column is None:
        return None
    column.put([None if delivery.path.suffix == ".xlsx" else ""] * len(column.cells))
    return f"{column.name}: emptied"


def column_dropped(chance: Random, delivery: Delivery) -> str | None:
    column = _some(chance, columns(delivery))
    if column is None:
        return None
    name = column.name
    column.sheet.drop(column.place)
    return f"{name}: dropped"


def heading_renamed(chance: Random, delivery: Delivery) -> str | None:
    column = _some(chance, columns(delivery))
    if column is None:
        return None
    column.sheet.heading[column.place] = f"{column.name}Local"
    return f"{column.name}: renamed"


def headings_exchanged(chance: Random, delivery: Delivery) -> str | None:
    """The same as values swapped for a file, and another for whoever goes by the order of columns."""
    sheet = _sheet(chance, delivery)
    alike = [place for place, name in enumerate(sheet.columns) if "/" not in name]
    if len(alike) < 2:
        return None
    one, other = chance.sample(alike, 2)
    sheet.heading[one], sheet.heading[other] = sheet.heading[other], sheet.heading[one]
    return f"{sheet.columns[one]} and {sheet.columns[other]}: headings exchanged"


def _codes(delivery: Delivery) -> list[Column]:
    """Columns of few values in many rows, none of them a date or a number."""
    return [
        column
        for column in columns(delivery)
        if 2 <= len(column.values()) <= 12 and len(column.cells) >= 10
        and not all(re.fullmatch(r"[\d./:-]+", value) for value in column.values())
    ]  # fmt: skip


def codes_exchanged(chance: Random, delivery: Delivery) -> str | None:
    """Two codes of a set take each other's place, as where a system changes what its codes mean."""
    column = _some(chance, _codes(delivery))
    if column is None:
        return None
    one, other = chance.sample(column.values(), 2)
    meaning = {one: other, other: one}
    return _changed(column, lambda cell: meaning.get(str(cell), cell), "two codes exchanged")


def codes_numbered(chance: Random, delivery: Delivery) -> str | None:
    column = _some(chance, _codes(delivery))
    if column is None:
        return None
    numbers = {value: str(number) for number, value in enumerate(column.values(), start=1)}
    return _changed(column, lambda cell: numbers[str(cell)], "codes replaced by numbers")


def code_lost(chance: Random, delivery: Delivery) -> str | None:
    """One code of a set is gone, as where an export was filtered by it before."""
    column = _some(chance, _codes(delivery))
    if column is None:
        return None
    lost = chance.choice(column.values())
    before = len(column.sheet.rows)
    column.sheet.rows[:] = [row for row in column.sheet.rows if str(row[column.place]) != lost]
    return f"{column.name}: {before - len(column.sheet.rows)} of {before} rows with one code left out"


def _day_and_month_swapped(cell: object) -> object:
    if isinstance(cell, dt.datetime):
        return cell.replace(month=cell.day, day=cell.month) if cell.day <= 12 else cell
    if isinstance(cell, str):
        return re.sub(r"^(\d\d)/(\d\d)/", r"\2/\1/", re.sub(r"-(\d\d)-(\d\d)", r"-\2-\1", cell))
    return cell


def _dates(delivery: Delivery) -> list[Column]:
    return [
        column
        for column in columns(delivery)
        if any(isinstance(cell, dt.datetime) or (isinstance(cell, str) and DATE.match(cell)) for cell in column.cells)
    ]


def day_and_month_swapped(chance: Random, delivery: Delivery) -> str | None:
    return _changed(_some(chance, _dates(delivery)), _day_and_month_swapped, "day and month swapped")


def some_days_and_months_swapped(chance: Random, delivery: Delivery) -> str | None:
    """Of days up to the 12th alone: as a spreadsheet of another country does on opening a CSV."""

    def swapped(cell: object) -> object:
        found = DATE.match(cell) if isinstance(cell, str) else None
        return cell if found and int(found[1] or found[6]) > 12 else _day_and_month_swapped(cell)

    return _changed(_some(chance, _dates(delivery)), swapped, "day and month swapped up to the 12th")


def dates_moved(chance: Random, delivery: Delivery) -> str | None:
    """By the difference of a workbook's two calendars, by a century, or by a day as of a clock's zone."""
    days = chance.choice([-1462, 1462, -36525, -1])

    def moved(cell: object) -> object:
        if isinstance(cell, dt.datetime):
            return cell + dt.timedelta(days)
        if not isinstance(cell, str) or not (found := DATE.match(cell)):
            return cell
        form = "%d/%m/%Y" if found[1] else "%Y-%m-%d"
        day = dt.datetime.strptime(found[0], form) + dt.timedelta(days)
        return day.strftime(form) + cell[found.end() :]

    return _changed(_some(chance, _dates(delivery)), moved, f"dates moved by {days} days")


def _numbers(delivery: Delivery) -> list[Column]:
    return [
        column
        for column in columns(delivery)
        if column.values() and not IDENTIFIER.search(column.name)
        and all(re.fullmatch(r"-?\d{1,6}(\.\d+)?", value) for value in column.values())
    ]  # fmt: skip


def numbers_distorted(chance: Random, delivery: Delivery) -> str | None:
    changes: list[tuple[str, Callable[[float], float]]] = [
        ("negative", lambda number: -number),
        ("a thousandfold", lambda number: number * 1000),
        ("tenfold", lambda number: number * 10),
        ("nought", lambda number: 0),
        ("doubled", lambda number: number * 2),
    ]
    what, change = chance.choice(changes)
    return _changed(_some(chance, _numbers(delivery)), lambda cell: f"{change(float(str(cell))):g}", what)


def identifiers_untidy(chance: Random, delivery: Delivery) -> str | None:
    what, change = chance.choice(
        [
            ("in small letters", str.lower),
            ("spaces around", lambda text: f" {text} "),
            ("a no-break space behind", lambda text: f"{text}\u00a0"),
            ("an apostrophe before", lambda text: f"'{text}"),
            ("a decimal point behind", lambda text: f"{text}.0"),
            ("hyphens for slashes", lambda text: text.replace("/", "-")),
        ]
    )
    found = [column for column in columns(delivery) if IDENTIFIER.search(column.name)]
    return _changed(_some(chance, found), lambda cell: change(str(cell)), what)


def rows_duplicated(chance: Random, delivery: Delivery) -> str | None:
    sheet = _sheet(chance, delivery)
    again = chance.sample(sheet.rows, max(1, len(sheet.rows) // chance.choice([1, 3, 20])))
    sheet.rows += [row.copy() for row in again]
    return f"{len(again)} rows twice"


def third_cut(chance: Random, delivery: Delivery) -> str | None:
    sheet = _sheet(chance, delivery)
    keep = len(sheet.rows) * 2 // 3
    if chance.random() < 0.5:
        del sheet.rows[keep:]
        return f"cut after {keep} rows"
    kept = set(chance.sample(range(len(sheet.rows)), keep))
    sheet.rows[:] = [row for number, row in enumerate(sheet.rows) if number in kept]
    return f"{keep} rows kept at random"


def rows_shuffled(chance: Random, delivery: Delivery) -> str | None:
    """Harmless: the control of the others."""
    chance.shuffle(_sheet(chance, delivery).rows)
    return "rows in another order"


def total_appended(chance: Random, delivery: Delivery) -> str | None:
    sheet = _sheet(chance, delivery)
    if delivery.path.suffix == ".xml":
        return None
    sheet.rows.append(["Total", *[None] * (len(sheet.columns) - 2), str(len(sheet.rows))][: len(sheet.columns)])
    return "a row of totals"


def school_missing(chance: Random, delivery: Delivery) -> str | None:
    column = _some(chance, [c for c in columns(delivery) if SCHOOL.search(c.name) and len(c.values()) > 1])
    if column is None:
        return None
    missing = chance.choice(column.values())
    before = len(column.sheet.rows)
    column.sheet.rows[:] = [row for row in column.sheet.rows if str(row[column.place]) != missing]
    return f"{before - len(column.sheet.rows)} of {before} rows, one school's, left out"


def schools_joined(chance: Random, delivery: Delivery) -> str | None:
    """Another school's file of the same period added to this one."""
    if _is_of_no_school(delivery.path):
        return None
    alike = [path for path in _alike(delivery) if _parts(path)[1:] == _parts(delivery.path)[1:]]
    if not alike:
        return None
    for sheet, more in zip(delivery.sheets, read(chance.choice(alike)).sheets, strict=True):
        for row in more.rows:
            cells = dict(zip(more.columns, row, strict=True))
            joined = row.copy()
            joined[:] = [cells.get(name) for name in sheet.columns]
            sheet.rows.append(joined)
    return "another school's rows added"


def other_schools_file(chance: Random, delivery: Delivery) -> str | None:
    if _is_of_no_school(delivery.path):
        return None
    alike = [path for path in _alike(delivery) if _parts(path)[1:] == _parts(delivery.path)[1:]]
    return _replaced(chance, delivery, alike, "another school's file under this name")


def other_periods_file(chance: Random, delivery: Delivery) -> str | None:
    """Last year's, an older or a newer file under this name."""
    alike = [
        path for path in _alike(delivery) if _parts(path)[:1] == _parts(delivery.path)[:1] or _is_of_no_school(path)
    ]
    return _replaced(chance, delivery, alike, "another period's file under this name")


def other_kinds_file(chance: Random, delivery: Delivery) -> str | None:
    family = _family(delivery.path)
    others = [path for path in _beside(delivery) if _family(path) != family and path.suffix == delivery.path.suffix]
    return _replaced(chance, delivery, others, "another kind of file under this name")


def _replaced(chance: Random, delivery: Delivery, paths: list[Path], what: str) -> str | None:
    if not paths:
        return None
    delivery.content = chance.choice(paths).read_bytes()
    return what


def _beside(delivery: Delivery) -> list[Path]:
    return sorted(path for path in delivery.path.parent.iterdir() if path != delivery.path)


def _family(path: Path) -> str:
    return re.sub(r"\d+", "", path.name.replace("_autumn", "").replace("_spring", "").replace("_summer", ""))


def _alike(delivery: Delivery) -> list[Path]:
    return [path for path in _beside(delivery) if _family(path) == _family(delivery.path)]


def _parts(path: Path) -> list[str]:
    """What differs in the names of one family: school and period, or period alone."""
    return re.findall(r"\d{7}|\d{4}-\d\d-\d\d|\d{4}[^.]*", path.stem)


def _is_of_no_school(path: Path) -> bool:
    return not re.search(r"\d{7}", path.name)


def separator_wrong(chance: Random, delivery: Delivery) -> str | None:
    if delivery.path.suffix != ".csv":
        return None
    delivery.separator = chance.choice([";", "\t", "|"])
    return "another separator"


def encoding_wrong(chance: Random, delivery: Delivery) -> str | None:
    if delivery.path.suffix == ".xlsx":
        return None
    name = chance.choice(["utf-16", "cp1252", "cp850", "utf-8 read as cp1252"])
    text = delivery.bytes().decode("utf-8-sig")
    delivery.content = (
        text.encode().decode("cp1252", errors="replace").encode()
        if name == "utf-8 read as cp1252"
        else text.encode(name, errors="replace")
    )
    return f"encoding: {name}"


def broken_off(chance: Random, delivery: Delivery) -> str | None:
    content = delivery.bytes()
    at = chance.randrange(len(content) // 3, len(content) - 1)
    delivery.content = content[:at]
    return f"{100 * at // len(content)} % of the bytes"


def emptied(chance: Random, delivery: Delivery) -> str | None:
    if chance.random() < 0.3:
        delivery.content = b""
        return "no byte"
    for sheet in delivery.sheets:
        sheet.rows.clear()
    return "no row"


KINDS: dict[str, Kind] = {
    kind.__name__: kind
    for kind in (
        zeros_dropped, columns_swapped, column_shifted, column_filled_down, column_blanked, column_dropped,
        heading_renamed, headings_exchanged, codes_exchanged, codes_numbered, code_lost, day_and_month_swapped,
        some_days_and_months_swapped, dates_moved, numbers_distorted, identifiers_untidy, rows_duplicated, third_cut,
        rows_shuffled, total_appended, school_missing, schools_joined, other_schools_file, other_periods_file,
        other_kinds_file, separator_wrong, encoding_wrong, broken_off, emptied,
    )
}  # fmt: skip

"""The extract of one source of an invented county, to be spoiled and delivered; and what staging makes of it."""

import csv
import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from openpyxl import Workbook, load_workbook

from expectations.contract.model import load_contracts
from orchestration.build import dbt
from tests.support.landing_home import Home
from tests.support.warehouse import DAY

Row = list[str | None]


@dataclass(frozen=True)
class Extract:
    """The rows of a file, its headings first; of a workbook those of one sheet, the others as they are."""

    source: str
    file: Path
    sheet: str | None
    rows: list[Row]

    def with_column(self, heading: str, value: str) -> "Extract":
        return replace(self, rows=[self.rows[0] + [heading], *([*row, value] for row in self.rows[1:])])

    def without_column(self, heading: str) -> "Extract":
        place = self.rows[0].index(heading)
        return replace(self, rows=[row[:place] + row[place + 1 :] for row in self.rows])

    def with_value(self, heading: str, value: str, row: int) -> "Extract":
        """With another value in one row, counted from 1."""
        changed = [list(cells) for cells in self.rows]
        changed[row][self.rows[0].index(heading)] = value
        return replace(self, rows=changed)

    def deliver(self, home: Home) -> None:
        """Lay it into the landing folder of its source, under its name."""
        target = home.landing(self.source) / self.file.name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(self._csv() if self.sheet is None else self._workbook(self.sheet))

    def _csv(self) -> bytes:
        text = io.StringIO()
        csv.writer(text, delimiter=delimiter(self.source), lineterminator="\n").writerows(self.rows)
        return text.getvalue().encode()

    def _workbook(self, name: str) -> bytes:
        book = load_workbook(self.file)
        place = book.sheetnames.index(name)
        del book[name]
        sheet = book.create_sheet(name, place)
        for row in self.rows:
            sheet.append([cell or None for cell in row])
        return saved(book)


def delimiter(source: str) -> str:
    """What its contract says stands between columns."""
    return next(contract.delimiter for contract in load_contracts() if contract.source == source)


def saved(book: Workbook) -> bytes:
    """The bytes of a workbook."""
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def workbook_of(sheets: Mapping[str, list[Row]]) -> bytes:
    """A workbook of these sheets."""
    book = Workbook(write_only=True)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    return saved(book)


def invented(county: Path, source: str, begins: str, sheet: str | None = None) -> Extract:
    """The first file of a source's extracts whose name begins so."""
    file = next(path for path in sorted((county / "extracts" / source).iterdir()) if path.name.startswith(begins))
    if sheet is None:
        with file.open(encoding="utf-8-sig", newline="") as stream:
            return Extract(source, file, None, [list(row) for row in csv.reader(stream, delimiter=delimiter(source))])
    rows = [[None if cell is None else str(cell) for cell in row] for row in load_workbook(file)[sheet].values]
    return Extract(source, file, sheet, rows)


def staged(home: Home, models: Iterable[str]) -> dict[str, int]:
    """How many rows each staging model has of what this home has taken in, by the SQL that dbt makes of it."""
    models = tuple(models)
    sql = dbt.compiled(home.settings, " ".join(models), {"as_of_date": DAY})
    return {name: home.value(f"select count(*) from ({sql[f'model.early_help.{name}']})") for name in models}

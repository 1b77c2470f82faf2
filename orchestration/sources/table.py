"""The tables of a file that no contract is known for, read by the readers of deliveries and laid into DuckDB.

Nothing is guessed of its values here, only where its headings stand. What the readers would turn down is a remark.
"""

import csv as python_csv
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb

from orchestration.build.engine import encrypt, one_row, quoted
from orchestration.deliveries.problem import DeliveryProblem
from orchestration.deliveries.readers import csv, xlsx
from orchestration.deliveries.readers.cells import Cells, Number, Value
from orchestration.deliveries.readers.encoding import as_utf8, encoding_of
from orchestration.deliveries.readers.form import LETTERS_LOOKED_AT, SEPARATORS
from orchestration.deliveries.readers.number_formats import as_shown
from orchestration.deliveries.readers.rows import ROWS_AT_ONCE, Rows
from orchestration.settings import MEBI, Limits
from orchestration.sources.headings import are_headings
from orchestration.sources.values import stands_out

ENCODINGS = ("utf-8", "cp1252")
LINES_LOOKED_AT = 20
WHOLE_ROW = 0.8
"""A row with so many of the widest row's cells may be that of the headings; a title has fewer."""


@dataclass(frozen=True)
class Table:
    """A table as it was read: its rows are text columns c0, c1 … of `relation`, empty cells null.

    `name` is the sheet's, empty for CSV. `headings` has '' for a column without one. Where the first row is no row of
    headings `has_headings` is false: the row may be a child's, so that `headings` are all ''.
    """

    name: str
    relation: str
    headings: tuple[str, ...]
    has_headings: bool
    row_count: int
    remarks: tuple[str, ...]


@dataclass(frozen=True)
class UnknownFile:
    """A file as it was read: its form, its tables, and the connection in which they lie."""

    path: Path
    format: str
    encoding: str
    delimiter: str
    tables: tuple[Table, ...]
    connection: duckdb.DuckDBPyConnection


@contextmanager
def opened(path: Path, limits: Limits, trust_headings: bool = False) -> Iterator[UnknownFile]:
    """A CSV or workbook with its rows in a DuckDB of their own, in memory, for as long as it is looked at.

    With `trust_headings` the first full row is taken for the headings, whatever it says. Raises DeliveryProblem for
    what no reader reads.
    """
    if not limits.takes(path):
        raise DeliveryProblem(
            f"the file has more than {limits.file_bytes:,} bytes",
            "Try its first rows",
            here="Or raise EARLYHELP_LIMIT_FILE_BYTES",
            code="too_large",
        )
    ending = path.suffix.lower()
    with TemporaryDirectory(prefix="earlyhelp-source-") as made:
        folder = Path(made)
        with _connected(folder, limits) as connection, _nothing_quoted():
            if ending == ".xlsx":
                tables = _sheets(path, folder, connection, limits, trust_headings)
                yield UnknownFile(path, "xlsx", "", "", tables, connection)
            elif ending in (".csv", ".txt", ".tsv", ".dat", ""):
                with as_utf8(path, ENCODINGS, folder) as readable:
                    delimiter, lines_above = _dialect(readable, connection)
                    table = _csv(readable, connection, limits, delimiter, lines_above, trust_headings)
                yield UnknownFile(path, "csv", encoding_of(path, ENCODINGS), delimiter, (table,), connection)
            else:
                raise DeliveryProblem(
                    f"a file that ends in {ending} is read by no reader"
                    if ending.isascii()
                    else "its ending is no word",
                    "Export it as CSV or .xlsx",
                )


@contextmanager
def _nothing_quoted() -> Iterator[None]:
    """What nobody foresaw is told by its kind alone: parsers and engines quote the cell that they could not read."""
    try:
        yield
    except (duckdb.Error, ValueError, LookupError, ArithmeticError) as error:
        raise DeliveryProblem(
            f"the file breaks its reader ({type(error).__name__})",
            "Open it in the system it comes from and export it again",
        ) from None


@contextmanager
def _connected(folder: Path, limits: Limits) -> Iterator[duckdb.DuckDBPyConnection]:
    """Rows of children: capped, and what spills is encrypted, as in the build."""
    with duckdb.connect(
        config={"memory_limit": f"{limits.reader_bytes // MEBI}MiB", "temp_directory": str(folder / "spill")}
    ) as connection:
        encrypt(connection)
        yield connection


def _dialect(file: Path, connection: duckdb.DuckDBPyConnection) -> tuple[str, int]:
    """What stands between the columns, and how many lines above the headings, as DuckDB's sniffer sees it."""
    delimiter, lines = ",", 0
    with suppress(duckdb.Error):
        found = connection.execute("select Delimiter, SkipRows from sniff_csv($path)", {"path": str(file)})
        delimiter, lines = one_row(found)
    with file.open(encoding="utf-8-sig", newline=None) as stream:
        above = [stream.readline(LETTERS_LOOKED_AT) for _ in range(lines + 1)]
    if delimiter in SEPARATORS and delimiter in above[-1]:
        return delimiter, lines
    # Of a file that breaks off the sniffer makes one column; its first line still says what stands between.
    return max(SEPARATORS, key=above[0].count), 0


def _csv(
    file: Path,
    connection: duckdb.DuckDBPyConnection,
    limits: Limits,
    delimiter: str,
    lines_above: int,
    trust_headings: bool,
) -> Table:
    headings = _line(file, delimiter, lines_above, limits)
    if len(headings) > limits.columns:
        raise DeliveryProblem(f"there are {len(headings):,} columns", "Export fewer", code="too_large")
    remarks = []
    if lines_above:
        remarks.append(
            f"The headings stand in line {lines_above + 1}, below something else. A delivery begins with its headings: "
            "ask for the export without the lines above them"
        )
    try:
        rows = csv.relation(file, delimiter, len(headings), limits, lines_above)
        connection.execute(f"create table file_0 as select * from {rows}")
    except duckdb.InvalidInputException as error:
        problem = csv.problem_of(error)
        remarks.append(f"Not all of it can be read: {problem.where_and_what}. {problem.remedy}")
        rows = csv.readable_relation(file, delimiter, len(headings), limits, lines_above)
        try:
            connection.execute(f"create table file_0 as select * from {rows}")
        except duckdb.InvalidInputException:
            raise problem from None
    return _table("", "file_0", headings, connection, remarks, trust_headings)


def _line(file: Path, delimiter: str, lines_above: int, limits: Limits) -> list[str]:
    """The cells of the row of headings."""
    if not lines_above:
        return csv.peek(file, delimiter, limits).headings[""]
    with file.open(encoding="utf-8-sig", newline="") as stream:
        for _ in range(lines_above):
            stream.readline(limits.line_bytes)
        return [
            cell.strip()
            for cell in next(python_csv.reader([stream.readline(limits.line_bytes)], delimiter=delimiter), [])
        ]


def _sheets(
    path: Path, folder: Path, connection: duckdb.DuckDBPyConnection, limits: Limits, trust_headings: bool
) -> tuple[Table, ...]:
    sheets = xlsx.sheets(path, limits)
    if not sheets:
        raise DeliveryProblem("no sheet of the workbook holds anything", "Look whether the right file was sent")
    rows = Rows(folder, "", limits)
    tables = []
    for number, sheet in enumerate(sheets.values()):
        above, headings = _headings_of(sheet)
        columns = [f"c{place}" for place in range(sheet.width)]
        found = ([at, *(_text(cell) for cell in cells)] for at, cells in islice(sheet.rows(), above + 1, None))
        while piece := list(islice(found, ROWS_AT_ONCE)):
            rows.add(str(number), columns, piece)
        remarks = []
        if above:
            remarks.append(
                f"The headings stand below {above} rows of something else. A delivery begins with its headings: "
                "ask for the sheet without the rows above them"
            )
        tables.append((sheet.name, number, headings, remarks, columns))
    rows.close()
    for _, number, _, _, columns in tables:
        if str(number) in rows.files:
            parquet = quoted(rows.files[str(number)])
            connection.execute(f"create table file_{number} as select {', '.join(columns)} from '{parquet}'")
        else:
            connection.execute(f"create table file_{number} ({', '.join(f'{c} varchar' for c in columns)})")
    return tuple(
        _table(name, f"file_{number}", headings, connection, remarks, trust_headings)
        for name, number, headings, remarks, _ in tables
    )


def _headings_of(sheet: Cells) -> tuple[int, list[str]]:
    """How many rows stand above the row of headings of a sheet, and that row: the first that is nearly full of text."""
    rows = [cells for _, cells in islice(sheet.rows(), LINES_LOOKED_AT)]
    fullest = max(sum(cell is not None for cell in row) for row in rows)
    for place, row in enumerate(rows):
        filled = [cell for cell in row if cell is not None]
        if len(filled) >= WHOLE_ROW * fullest and all(isinstance(cell, str) for cell in filled):
            return place, [(_text(cell) or "").strip() for cell in row]
    return 0, [(_text(cell) or "").strip() for cell in rows[0]]


def _text(cell: Value | None) -> str | None:
    """A cell as it is looked at: numbers as the sheet shows them, so that 00001 keeps its zeros; days in ISO form."""
    return as_shown(cell.value, cell.form) if isinstance(cell, Number) else xlsx.as_text(cell)


def _table(
    name: str,
    relation: str,
    headings: list[str],
    connection: duckdb.DuckDBPyConnection,
    remarks: list[str],
    trust_headings: bool,
) -> Table:
    cells = [f"c{place}" for place in range(len(headings))]
    has_headings = trust_headings or are_headings(headings) or stands_out(connection, relation, cells, headings)
    if not has_headings:
        marks = ", ".join("?" for _ in headings)
        connection.execute(f"insert into {relation} values ({marks})", [heading or None for heading in headings])
    (count,) = one_row(connection.execute(f"select count(*) from {relation}"))
    if not has_headings:
        remarks.append(
            "Its first row is not known for a row of headings, so it may be a child's: nothing of it is shown, and "
            "columns are named by their place. Look yourself: if they are headings, say --trust-headings; if not, ask "
            "for the export with its headings"
        )
    elif not count:
        remarks.append("It has headings and no rows: of types, codes and keys nothing can be said")
    return Table(
        name, relation, tuple(headings) if has_headings else ("",) * len(headings), has_headings, count, tuple(remarks)
    )

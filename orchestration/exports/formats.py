"""Writes rows as CSV, XLSX or Parquet: one statement of SQL each."""

import shutil
from pathlib import Path
from typing import Literal

import duckdb

from orchestration.build.engine import one_row, quoted
from orchestration.exports import spreadsheet

Format = Literal["csv", "parquet", "xlsx"]
BYTE_ORDER_MARK = "\N{ZERO WIDTH NO-BREAK SPACE}".encode()


def copy(rows: duckdb.DuckDBPyRelation, types: dict[str, str], file: Path, kind: Format) -> None:
    """Write the columns named in `types` to a new file.

    Text is made harmless where a spreadsheet may open the file. Raises ValueError when a sheet cannot hold the rows.
    """
    {"csv": _csv, "xlsx": _xlsx, "parquet": _parquet}[kind](rows, types, file)


def _csv(rows: duckdb.DuckDBPyRelation, types: dict[str, str], file: Path) -> None:
    texts = ", ".join(_texts(types))
    quotes = f", force_quote ({texts})" if texts else ""
    rows.query("rows", f"copy (select {_harmless(types)} from rows) to '{quoted(file)}' (format csv, header{quotes})")


def _xlsx(rows: duckdb.DuckDBPyRelation, types: dict[str, str], file: Path) -> None:
    _fits_a_sheet(rows, types)
    rows.query("rows", f"copy (select {_harmless(types)} from rows) to '{quoted(file)}' (format xlsx, header true)")


def _parquet(rows: duckdb.DuckDBPyRelation, types: dict[str, str], file: Path) -> None:
    columns = ", ".join(f'"{column}"' for column in types)
    rows.query("rows", f"copy (select {columns} from rows) to '{quoted(file)}' (format parquet, compression zstd)")


def _texts(types: dict[str, str]) -> list[str]:
    return [f'"{column}"' for column, data_type in types.items() if spreadsheet.is_text(data_type)]


def _harmless(types: dict[str, str]) -> str:
    texts = _texts(types)
    names = [f'"{column}"' for column in types]
    return ", ".join(
        f"{spreadsheet.harmless(f'{name}::varchar')} as {name}" if name in texts else name for name in names
    )


def _fits_a_sheet(rows: duckdb.DuckDBPyRelation, types: dict[str, str]) -> None:
    lengths = ", ".join(f"max(length({text}::varchar))" for text in _texts(types))
    count, longest = one_row(rows.query("rows", f"select count(*), greatest(0, {lengths or 0}) from rows"))
    if count > spreadsheet.MOST_ROWS:
        raise ValueError(
            f"A sheet holds {spreadsheet.MOST_ROWS:,} rows and these are {count:,}: choose fewer with --where, "
            "or take csv or parquet."
        )
    if longest > spreadsheet.LONGEST_TEXT:
        raise ValueError(f"A cell holds {spreadsheet.LONGEST_TEXT:,} characters and one has {longest:,}: take csv.")


def with_byte_order_mark(file: Path) -> Path:
    """The file once more, behind the mark by which Excel knows UTF-8."""
    marked = file.with_name(f"marked_{file.name}")
    with file.open("rb") as source, marked.open("wb") as target:
        target.write(BYTE_ORDER_MARK)
        shutil.copyfileobj(source, target)
    return marked

"""Reads CSV: the headings with Python's csv, the rows with DuckDB under a stated dialect that forgives nothing."""

import csv
import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import TextIO

import duckdb

from expectations.contract.match import Content, Match
from orchestration.build.engine import one_row, quoted
from orchestration.deliveries.problem import DeliveryProblem
from orchestration.deliveries.readers.rows import Rows
from orchestration.settings import Limits


def peek(file: Path, delimiter: str, limits: Limits) -> Content:
    """The headings and the first row of a UTF-8 file."""
    csv.field_size_limit(limits.line_bytes)
    try:
        with file.open(encoding="utf-8-sig", newline="") as stream:
            rows = csv.reader(_lines(stream, 2 * limits.line_bytes), delimiter=delimiter, strict=True)
            headings, first = next(rows, []), next(rows, [])
    except csv.Error:
        raise DeliveryProblem(
            "the row of headings or the first row is not CSV", "Look for an unclosed quotation mark in it", row=1
        ) from None
    if len(headings) > limits.columns:
        raise DeliveryProblem(
            f"there are {len(headings)} columns, at most {limits.columns} are read",
            "Export fewer columns",
            code="too_large",
        )
    return Content(
        headings={"": [heading.strip() for heading in headings]}, first_row=[value or None for value in first]
    )


def _lines(stream: TextIO, most: int) -> Iterator[str]:
    """The lines of a file, and no more than so many letters of them: a line need not end."""
    while line := stream.readline(most + 1):
        most -= len(line)
        if most < 0:
            raise DeliveryProblem(
                "the row of headings or the first row is longer than may be",
                "Look for an unclosed quotation mark in it",
                code="too_large",
                here="If it is right, raise EARLYHELP_LIMIT_LINE_BYTES",
                row=1,
            )
        yield line


def read(
    connection: duckdb.DuckDBPyConnection,
    file: Path,
    match: Match,
    values: Mapping[str, str | None],
    limits: Limits,
    rows: Rows,
) -> None:
    """Write the rows of a UTF-8 file to `rows`, by DuckDB.

    Raises DeliveryProblem if it breaks somewhere; the rows that are sound are written all the same, to be quarantined.
    """
    contract, (table_name,) = match.contract, match.headings
    headings = peek(file, contract.delimiter, limits).headings[""]
    cells = {
        column: [f"c{headings.index(heading)}" for heading in chosen]
        for column, chosen in match.headings[table_name].items()
    }
    chosen = {column: f"coalesce({', '.join(found)})" for column, found in cells.items()}
    for column in contract.tables[table_name].columns:
        if column.derive and all(part in cells for part in column.derive):
            derived = " || ".join(chosen[part] for part in column.derive)
            chosen[column.name] = f"coalesce({chosen[column.name]}, {derived})" if column.name in chosen else derived
    constants = {name: value for name, value in values.items() if name not in chosen} | {
        "_delivery_id": rows.delivery_id
    }
    selected = ", ".join(
        [f'{expression} as "{column}"' for column, expression in chosen.items()]
        + [f"'{value}' as \"{name}\"" for name, value in constants.items()]
    )

    def write(relation: str) -> None:
        target = rows.file_of(table_name)
        (count,) = one_row(
            connection.execute(
                f"copy (select row_number() over () as _row_number, {selected} from {relation}) to '{quoted(target)}' "
                "(format parquet, compression uncompressed)"
            )
        )
        rows.files[table_name] = target
        rows.count(count)

    try:
        write(relation(file, contract.delimiter, len(headings), limits))
    except duckdb.InvalidInputException as error:
        problem = problem_of(error)
        # Where no row can be told from the rest, nothing is read: the bytes are in the archive.
        with suppress(duckdb.InvalidInputException):
            write(readable_relation(file, contract.delimiter, len(headings), limits))
        raise problem from None


def relation(file: Path, delimiter: str, column_count: int, limits: Limits, lines_above: int = 0) -> str:
    """SQL that yields the rows as text columns c0, c1 … in the order of the file; empty cells are null.

    `lines_above` stand above the headings: a delivery has none, a file that is looked at for the first time may.
    """
    columns = ", ".join(f"'c{position}': 'varchar'" for position in range(column_count))
    path = str(file).replace("'", "''")
    return (
        f"read_csv('{path}', auto_detect = false, header = true, columns = {{{columns}}}, delim = '{delimiter}', "
        f"quote = '\"', escape = '\"', nullstr = '', encoding = 'utf-8', strict_mode = true, null_padding = false, "
        f"ignore_errors = false, skip = {lines_above}, max_line_size = {limits.line_bytes})"
    )


def readable_relation(file: Path, delimiter: str, column_count: int, limits: Limits, lines_above: int = 0) -> str:
    """The same, passing over the rows that are not CSV: what can be kept of a file that is rejected."""
    strict = relation(file, delimiter, column_count, limits, lines_above)
    return strict.replace("ignore_errors = false", "ignore_errors = true")


def problem_of(error: duckdb.Error) -> DeliveryProblem:
    """DuckDB's complaint without the line that it quotes: that line is a child's."""
    message = str(error)
    line = re.search(r"CSV Error on Line: (\d+)", message)
    row = int(line.group(1)) if line else None
    if "Expected Number of Columns" in message or "columns" in message.split("\n")[-1].lower():
        counts = re.search(r"Expected Number of Columns: (\d+) Found: (\d+)", message)
        found = f": {counts.group(2)} cells instead of {counts.group(1)}" if counts else ""
        return DeliveryProblem(
            f"a row does not have as many cells as there are headings{found}",
            "The file may have been cut off, or a comma stands in a cell without quotation marks; export it again",
            row=row,
        )
    if "state machine" in message:
        return DeliveryProblem(
            "the file is not CSV as RFC 4180 says: line ends of two kinds, or a quotation mark that is not closed",
            "Export it again from the system that made it",
        )
    if "quote" in message.lower():
        return DeliveryProblem(
            "a quotation mark is not closed, or stands inside a cell without being doubled",
            "The file may have been cut off; export it again with every quotation mark doubled",
            row=row,
        )
    if "maximum line size" in message.lower():
        return DeliveryProblem("a row is longer than may be", "Look for an unclosed quotation mark before it", row=row)
    return DeliveryProblem("a row is not CSV as the contract states it", "Export the file again", row=row)

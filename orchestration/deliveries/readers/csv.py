"""Reads CSV: the headings with Python's csv, the rows with DuckDB under a stated dialect that forgives nothing."""

import csv
import re
from pathlib import Path

import duckdb

from expectations.contract_match import Content
from orchestration.deliveries.limits import Limits
from orchestration.deliveries.problem import DeliveryProblem


def peek(file: Path, delimiter: str, limits: Limits) -> Content:
    """The headings and the first row of a UTF-8 file."""
    csv.field_size_limit(limits.line_bytes)
    try:
        with file.open(encoding="utf-8-sig", newline="") as stream:
            rows = csv.reader(stream, delimiter=delimiter, strict=True)
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


def relation(file: Path, delimiter: str, column_count: int, limits: Limits) -> str:
    """SQL that yields the rows as text columns c0, c1 … in the order of the file; empty cells are null."""
    columns = ", ".join(f"'c{position}': 'varchar'" for position in range(column_count))
    path = str(file).replace("'", "''")
    return (
        f"read_csv('{path}', auto_detect = false, header = true, columns = {{{columns}}}, delim = '{delimiter}', "
        f"quote = '\"', escape = '\"', nullstr = '', encoding = 'utf-8', strict_mode = true, null_padding = false, "
        f"ignore_errors = false, max_line_size = {limits.line_bytes})"
    )


def readable_relation(file: Path, delimiter: str, column_count: int, limits: Limits) -> str:
    """The same, passing over the rows that are not CSV: what can be kept of a file that is rejected."""
    return relation(file, delimiter, column_count, limits).replace("ignore_errors = false", "ignore_errors = true")


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

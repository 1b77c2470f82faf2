"""Writes the answer of a query to a CSV file; the query orders its rows, so that the bytes are the same every time."""

from pathlib import Path

import duckdb

BOM = "\ufeff"


def write_csv(connection: duckdb.DuckDBPyConnection, query: str, path: Path) -> Path:
    """Write `query` with its headings as CSV. A BOM is had by beginning the first heading with it."""
    connection.execute(
        f"copy ({query}) to '{str(path).replace(chr(39), chr(39) * 2)}' (format csv, header, delimiter ',')"
    )
    return path

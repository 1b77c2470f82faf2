"""Writes the answer of a query to a CSV file, or its rows as XML; the query orders them, so that the bytes are the same
every time."""

from pathlib import Path

import duckdb

BOM = "\ufeff"

ELEMENTS = """
create or replace macro xml(value) as replace(replace(replace(value, '&', '&amp;'), '<', '&lt;'), '>', '&gt;');
create or replace macro element(name, value) as
    if(value is null, '', '<' || name || '>' || value || '</' || name || '>');
create or replace macro block(name, content) as
    if(content is null, '', '<' || name || '>' || content || '</' || name || '>');
"""
"""Macros that write XML: what is missing is no element."""


def write_csv(connection: duckdb.DuckDBPyConnection, query: str, path: Path) -> Path:
    """Write `query` with its headings as CSV. A BOM is had by beginning the first heading with it."""
    connection.execute(
        f"copy ({query}) to '{str(path).replace(chr(39), chr(39) * 2)}' (format csv, header, delimiter ',')"
    )
    return path

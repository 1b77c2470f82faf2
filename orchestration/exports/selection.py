"""Which table, columns and rows of an audience's file an export is to hold."""

import difflib
from collections.abc import Iterable

import duckdb


def types_of(connection: duckdb.DuckDBPyConnection, table: str) -> dict[str, str]:
    """The columns of schema.table and their types. Raises LookupError, with names near it, if there is none."""
    found = connection.execute(
        """
        select schema_name || '.' || table_name, column_name, data_type
        from duckdb_columns()
        where database_name = 'release'
        order by schema_name, table_name, column_index
        """
    ).fetchall()
    types = {column: data_type for name, column, data_type in found if name == table}
    if not types:
        raise LookupError(f"There is no table {table} for this audience.{_near(table, {name for name, *_ in found})}")
    return types


def only(table: str, types: dict[str, str], columns: list[str]) -> dict[str, str]:
    """The types of the columns named, in that order. Raises LookupError if the table has not all of them."""
    for column in columns:
        if column not in types:
            raise LookupError(f"{table} has no column {column}.{_near(column, types)}")
    return {column: types[column] for column in columns}


def _near(name: str, names: Iterable[str]) -> str:
    near = difflib.get_close_matches(name, names, n=3)
    return f" Near it: {', '.join(near)}." if near else ""


def rows_of(connection: duckdb.DuckDBPyConnection, table: str, where: str | None) -> duckdb.DuckDBPyRelation:
    """The rows of a table that fulfil the condition, all without one.

    The condition is parsed as an expression, so it can add no table and no statement to the export. Raises ValueError
    where it is none.
    """
    rows = connection.table(f"release.{table}")
    if where is None:
        return rows
    try:
        return rows.filter(where)
    except duckdb.Error as problem:
        raise ValueError(f"--where is no condition on {table}: {problem}") from problem

"""Gathers rows that SQL cannot read (XML, XLSX) and writes them to `incoming` in large pieces, across many files."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

import duckdb
import pyarrow as pa

ROWS_AT_ONCE = 200_000
"""Small enough for memory, large enough that 500 files do not mean thousands of small inserts."""


@contextmanager
def collector_paused() -> Iterator[None]:
    """Python's cycle collector rests while rows are gathered.

    It would walk again and again through millions of small lists that refer to nothing: half the time of reading.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


class Batches:
    """Rows by table, each with the delivery that it came with; `flush` writes what is left."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._connection = connection
        self._rows: dict[str, list[tuple | list]] = {}
        self._columns: dict[str, list[str]] = {}
        self._origins: dict[str, list[str]] = {}
        self._values: dict[str, dict[str, dict[str, str | None]]] = {}

    def add(
        self, table: str, columns: list[str], rows: list, delivery_id: str, values: dict[str, str | None] | None = None
    ) -> None:
        """Rows of `_row_number` and then `columns`, and the values that all rows of the delivery share."""
        if not rows:
            return
        if table in self._columns and (self._columns[table] != columns):
            self._flush(table)
        self._columns[table] = columns
        self._rows.setdefault(table, []).extend(rows)
        self._origins.setdefault(table, []).extend([delivery_id] * len(rows))
        self._values.setdefault(table, {})[delivery_id] = values or {}
        if len(self._rows[table]) >= ROWS_AT_ONCE:
            self._flush(table)

    def flush(self) -> None:
        """Write everything that was gathered."""
        for table in list(self._rows):
            self._flush(table)

    def _flush(self, table: str) -> None:
        rows, columns = self._rows.pop(table, []), self._columns.pop(table, [])
        origins, values = self._origins.pop(table, []), self._values.pop(table, {})
        if not rows:
            return
        numbers, *cells = zip(*rows, strict=True)
        batch = pa.table(
            {
                "_delivery_id": pa.array(origins, pa.string()),
                "_row_number": pa.array(numbers, pa.int64()),
                **{name: pa.array(cell, pa.string()) for name, cell in zip(columns, cells, strict=True)},
            }
        )
        names = sorted({name for shared in values.values() for name in shared})
        shared_by_delivery = pa.table(
            {
                "_delivery_id": pa.array(list(values), pa.string()),
                **{name: pa.array([shared.get(name) for shared in values.values()], pa.string()) for name in names},
            }
        )
        self._connection.register("_batch", batch)
        self._connection.register("_shared", shared_by_delivery)
        try:
            self._connection.execute(
                f'insert into incoming."{table}__read" by name '
                "select * from _batch inner join _shared using (_delivery_id)"
            )
        finally:
            self._connection.unregister("_batch")
            self._connection.unregister("_shared")

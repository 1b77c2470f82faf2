"""The rows of one file as they are read, written to Parquet: one file for each raw table, in pieces that fit memory."""

import uuid
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from orchestration.deliveries.problem import DeliveryProblem
from orchestration.settings import Limits

ROWS_AT_ONCE = 20_000
"""So many rows of a table are gathered before they are written."""


class Rows:
    """Rows by table, each with the delivery it came with and the values that all rows of the delivery share."""

    def __init__(self, folder: Path, delivery_id: str, limits: Limits) -> None:
        self.files: dict[str, Path] = {}
        self.delivery_id = delivery_id
        # The same bytes may be read twice in a batch, as deliveries of two names.
        self._folder, self._own, self._limits = folder, uuid.uuid4().hex, limits
        self._writers: dict[str, pq.ParquetWriter] = {}
        self._count = 0

    def file_of(self, table: str) -> Path:
        """Where the rows of a table lie, or shall lie."""
        return self._folder / f"{self._own}.{table}.parquet"

    def add(
        self,
        table: str,
        columns: list[str],
        rows: Sequence[Sequence[Any]],
        values: Mapping[str, str | None] | None = None,
    ) -> None:
        """Write rows of `_row_number` and then `columns`. A table gets the same columns each time."""
        if not rows:
            return
        self.count(len(rows))
        numbers, *cells = zip(*rows, strict=True)
        shared = {**(values or {}), "_delivery_id": self.delivery_id}
        batch = pa.table(
            {
                "_row_number": pa.array(numbers, pa.int64()),
                **{name: pa.array(cell, pa.string()) for name, cell in zip(columns, cells, strict=True)},
                **{name: pa.repeat(pa.scalar(value, pa.string()), len(rows)) for name, value in shared.items()},
            }
        )
        if table not in self._writers:
            self.files[table] = self.file_of(table)
            # Read once, whole, within minutes: what makes a file small or quick to search costs more than it saves.
            self._writers[table] = pq.ParquetWriter(
                self.files[table], batch.schema, compression="none", use_dictionary=False, write_statistics=False
            )
        self._writers[table].write_table(batch)

    def count(self, rows: int) -> None:
        """Take notice of rows; raises DeliveryProblem when a file has more than may be."""
        self._count += rows
        if self._count > self._limits.rows:
            raise DeliveryProblem(
                f"the file has more than {self._limits.rows:,} rows",
                "Split it",
                here="Or raise EARLYHELP_LIMIT_ROWS",
                code="too_large",
            )

    def close(self) -> None:
        """Finish the files."""
        for writer in self._writers.values():
            writer.close()

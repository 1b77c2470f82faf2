"""Reads delivered files as a load does, by their contracts, and says which of their rows tell of whom is looked for."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from expectations.contract.model import Contract
from orchestration.deliveries import incoming, landing, names
from orchestration.deliveries.archive import Archived
from orchestration.deliveries.candidate import Arrived, Candidate, Matched
from orchestration.deliveries.reading import Reader
from orchestration.home import durable
from orchestration.rights.find import find
from orchestration.settings import Settings

BYTES_AT_ONCE = 256 * 2**20
"""So much of the archive is read into memory together."""


@dataclass(frozen=True)
class Delivered:
    """Bytes that lie somewhere, the source they are of and the name they came under."""

    path: Path
    sha256: str
    source: str
    file_name: str


@dataclass(frozen=True)
class Read:
    """A file that was read: the rows that tell of whom is looked for, by raw table and number.

    `is_whole` is false where a file keeps no contract or breaks off: then its rows are not all known.
    """

    file: Delivered
    candidate: Candidate
    is_whole: bool
    rows: dict[str, list[int]] = field(default_factory=dict)

    @property
    def matched(self) -> Matched:
        """The candidate of a file that keeps its contract, as every whole one does."""
        assert isinstance(self.candidate, Matched), "a file that keeps no contract is not whole"
        return self.candidate

    @property
    def rows_count(self) -> int:
        return sum(map(len, self.rows.values()))


def read(settings: Settings, connection: duckdb.DuckDBPyConnection, files: Iterable[Delivered]) -> Iterator[Read]:
    """Every file, with its rows that tell of whom is in `wanted` of the workspace `connection`.

    While a file is being looked at, the rows of its batch stand in the schema `incoming`.
    """
    with Reader(settings) as reader:
        for batch in _batches(files):
            by_contract: dict[str, list[tuple[Delivered, Matched]]] = {}
            candidates = reader.read(_arrived(file) for file in batch)
            for file, candidate in zip(batch, candidates, strict=True):
                if isinstance(candidate, Matched) and (candidate.rows or not candidate.problem):
                    by_contract.setdefault(candidate.contract.name, []).append((file, candidate))
                else:
                    yield Read(file, candidate, is_whole=False)
            for _, together in sorted(by_contract.items()):
                yield from _of_contract(connection, together)
                reader.forget(candidate for _, candidate in together)
    incoming.clear(connection)


def _arrived(file: Delivered) -> Arrived:
    archived = Archived(file.path, file.sha256, file.path.stat().st_size)
    now = datetime.now(UTC).replace(tzinfo=None)
    return Arrived(file.path.with_name(file.file_name), archived, file.source, 0, now)


def _of_contract(connection: duckdb.DuckDBPyConnection, together: list[tuple[Delivered, Matched]]) -> Iterator[Read]:
    contract = together[0][1].contract
    incoming.prepare(connection, contract)
    incoming.insert(connection, contract, (candidate for _, candidate in together))
    relations = {table: f'incoming."{table}__cleaned"' for table in contract.tables}
    find(connection, relations, records=_records(contract))
    mentioned = connection.execute(
        "select distinct delivery_id, table_name, row_number from mention order by all"
    ).fetchall()
    rows: dict[str, dict[str, list[int]]] = {}
    for delivery_id, table, number in mentioned:
        rows.setdefault(delivery_id, {}).setdefault(table, []).append(number)
    for file, candidate in together:
        yield Read(file, candidate, candidate.problem is None, rows.get(candidate.arrived.delivery_id, {}))


def _records(contract: Contract) -> str | None:
    """The table whose rows are the pupils of an XML return; None for what is none."""
    tables = contract.tables.items() if contract.format == "xml" else ()
    return next((name for name, table in tables if not table.records), None)


def _batches(files: Iterable[Delivered]) -> Iterator[list[Delivered]]:
    """Files of one source, so many that they are read together."""
    batch: list[Delivered] = []
    size = 0
    for file in sorted(files, key=lambda file: file.source):
        bytes_of = file.path.stat().st_size
        if batch and (file.source != batch[0].source or size + bytes_of > BYTES_AT_ONCE):
            yield batch
            batch, size = [], 0
        batch.append(file)
        size += bytes_of
    if batch:
        yield batch


def waiting(settings: Settings, path: Path) -> Delivered:
    """A file that waits in landing, or was taken out of it to be read."""
    sha256 = durable.sha256(path)
    return Delivered(path, sha256, landing.source_of(settings, path), names.known(path.name, sha256))

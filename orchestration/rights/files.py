"""Reads delivered files as a load does, by their contracts, and says which of their rows tell of whom is looked for."""

from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from orchestration import durable
from orchestration.deliveries import incoming
from orchestration.deliveries.archive import Archived
from orchestration.deliveries.candidate import Candidate, prepare
from orchestration.deliveries.limits import Limits
from orchestration.deliveries.readers import xlsx
from orchestration.deliveries.readers.batches import Batches, collector_paused
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
    def rows_count(self) -> int:
        return sum(map(len, self.rows.values()))


def read(settings: Settings, connection: duckdb.DuckDBPyConnection, files: Iterable[Delivered]) -> Iterator[Read]:
    """Every file, with its rows that tell of whom is in `wanted` of the workspace `connection`.

    While a file is being looked at, the rows of its batch stand in the schema `incoming`.
    """
    for batch in _batches(files):
        with ExitStack() as copies:
            candidates = [_candidate(settings, file, copies) for file in batch]
            by_contract: dict[str, list[tuple[Delivered, Candidate]]] = {}
            for file, candidate in zip(batch, candidates, strict=True):
                name = "" if candidate.problem else candidate.match.contract.name
                by_contract.setdefault(name, []).append((file, candidate))
            for file, candidate in by_contract.pop("", []):
                yield Read(file, candidate, is_whole=False)
            for _, together in sorted(by_contract.items()):
                yield from _of_contract(connection, together)
    incoming.clear(connection)


def _candidate(settings: Settings, file: Delivered, copies: ExitStack) -> Candidate:
    seen = file.path.stat()
    archived = Archived(file.path, file.sha256, seen.st_size)
    now = datetime.now(UTC).replace(tzinfo=None)
    candidate = Candidate(file.path.with_name(file.file_name), seen, archived, file.source, 0, now)
    prepare(candidate, Limits(), settings.build, copies)
    return candidate


def _of_contract(connection: duckdb.DuckDBPyConnection, together: list[tuple[Delivered, Candidate]]) -> Iterator[Read]:
    contract = together[0][1].match.contract
    incoming.prepare(connection, contract)
    batches = Batches(connection)
    with collector_paused():
        for _, candidate in together:
            sheets = candidate.sheets
            incoming.read(connection, candidate, batches, Limits())
            candidate.sheets = sheets
        batches.flush()
    relations = {table: f'incoming."{table}__cleaned"' for table in contract.tables}
    find(connection, relations, is_xml=contract.format == "xml")
    mentioned = connection.execute(
        "select distinct delivery_id, table_name, row_number from mention order by all"
    ).fetchall()
    rows: dict[str, dict[str, list[int]]] = {}
    for delivery_id, table, number in mentioned:
        rows.setdefault(delivery_id, {}).setdefault(table, []).append(number)
    for file, candidate in together:
        yield Read(file, candidate, candidate.problem is None, rows.get(candidate.delivery_id, {}))


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


def waiting(path: Path) -> Delivered:
    """A file in landing/<source>/."""
    return Delivered(path, durable.sha256(path), path.parent.name, path.name)


def sheet_of(candidate: Candidate, table_name: str) -> str:
    """The name that a workbook gives the sheet of a raw table."""
    table = candidate.match.contract.tables[table_name]
    wanted = (table.sheet or table.name).casefold()
    return next(name for name in candidate.sheets if name.strip().casefold() == wanted)


def headings_not_read(read: Read) -> list[str]:
    """Headings of a CSV or a workbook that the contract knows and no table takes."""
    match, candidate = read.candidate.match, read.candidate
    taken = {heading for columns in match.headings.values() for chosen in columns.values() for heading in chosen}
    if candidate.sheets:
        found = [heading for headings in xlsx.peek(candidate.sheets).headings.values() for heading in headings]
    elif match.contract.format == "csv":
        from orchestration.deliveries.readers import csv

        found = csv.peek(candidate.readable, match.contract.delimiter, Limits()).headings[""]
    else:
        found = []
    return [heading for heading in dict.fromkeys(found) if heading and heading not in taken]

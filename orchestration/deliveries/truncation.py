"""Whether the last line of a text file breaks off: it has no end, though that of the delivery before has one."""

import os
from collections.abc import Iterable
from pathlib import Path

import duckdb

from orchestration.deliveries.candidate import Matched

WARNING = (
    "the last line has no end, as it has in the delivery before: perhaps the copy was cut off. Check that the extract "
    "is whole, and deliver it again if it is not"
)


def broken_off(connection: duckdb.DuckDBPyConnection, archive: Path, candidates: Iterable[Matched]) -> set[str]:
    """The ids of those CSV files that end within a line while the last accepted one of their kind does not."""
    suspects = [
        candidate
        for candidate in candidates
        if candidate.problem is None
        and candidate.contract.format == "csv"
        and not _ends(candidate.arrived.archived.path)
    ]
    found = set()
    for candidate in suspects:
        before = connection.execute(
            """
            select sha256
            from ops.delivery
            where
                status <> 'rejected'
                and contract = ?
                and part is not distinct from ?
                and scope is not distinct from ?
            order by extract_date desc, sequence desc
            limit 1
            """,
            [candidate.contract.name, candidate.part, candidate.stated.scope],
        ).fetchone()
        if before and (archive / before[0]).exists() and _ends(archive / before[0]):
            found.add(candidate.arrived.delivery_id)
    return found


def _ends(path: Path) -> bool:
    """Whether a text file ends with the end of a line, in any of the encodings that are read."""
    with path.open("rb") as file:
        file.seek(-min(path.stat().st_size, 4), os.SEEK_END)
        return file.read().rstrip(b"\0")[-1:] in (b"\n", b"\r", b"")

"""Takes out of files that arrived the rows that may be kept nowhere, before their bytes are archived, and counts them.

Which rows these are a contract says (`forbidden` of a table). A file that keeps no contract, or breaks off, is left as
it is: no row of it can be told from the rest, and it is rejected as a whole.
"""

import uuid
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from expectations.contract.cleaning import cleaned, text
from expectations.contract.model import Contract, Table, load_contracts
from orchestration.build.engine import quoted
from orchestration.deliveries import completeness
from orchestration.deliveries.archive import Archived
from orchestration.deliveries.candidate import Arrived, Matched
from orchestration.deliveries.readers.as_written import encoding_as_written, write_without
from orchestration.deliveries.reading import Reader
from orchestration.home import durable, erasures, progress
from orchestration.settings import Settings


def leave_out(
    settings: Settings, connection: duckdb.DuckDBPyConnection, reader: Reader, sources: dict[Path, str]
) -> int:
    """Write files of `sources` anew without their forbidden rows, in their place; the number of rows taken out.

    The same bytes give the same bytes: a file that is delivered again becomes the one that is known. Only files of
    sources that forbid something are read.
    """
    forbidding = {c.source for c in load_contracts() if any(table.forbidden for table in c.tables.values())}
    return sum(
        _leave_out(settings, connection, reader, file, source)
        for file, source in sources.items()
        if source in forbidding and settings.limits.takes(file)
    )


def condition(table: Table, held: set[str]) -> str:
    """SQL: whether a row as read, of columns `held`, is forbidden."""
    found = [
        f"coalesce(regexp_full_match({cleaned(table.column(name), _column(name))}, {text(pattern)}), false)"
        for name, pattern in table.forbidden.items()
        if name in held
    ]
    return f"({' or '.join(found or ['false'])})"


def _column(name: str) -> str:
    return f'"{name}"'


def _leave_out(
    settings: Settings, connection: duckdb.DuckDBPyConnection, reader: Reader, file: Path, source: str
) -> int:
    sha256 = durable.sha256(file)
    now = datetime.now(UTC).replace(tzinfo=None)
    arrived = Arrived(file, Archived(file, sha256, file.stat().st_size), source, 0, now)
    (candidate,) = reader.read([arrived])
    if not isinstance(candidate, Matched) or candidate.problem:
        return 0
    gone: set[int] = set()
    for name, path in candidate.rows.items():
        relation = f"read_parquet('{quoted(path)}')"
        held = {column for column, *_ in connection.execute(f"describe select * from {relation}").fetchall()}
        wrong = condition(candidate.contract.tables[name], held)
        gone |= {n for (n,) in connection.execute(f"select _row_number from {relation} where {wrong}").fetchall()}
    reader.forget([candidate])
    if gone:
        _write_anew(settings, file, sha256, candidate.contract, gone)
        progress.say(f"{source}: {len(gone):,} rows that may be kept nowhere were taken out of a file")
    return len(gone)


def _write_anew(settings: Settings, file: Path, sha256: str, contract: Contract, gone: set[int]) -> None:
    """What was taken out is noted before the old bytes go."""
    anew = file.with_name(f".{uuid.uuid4().hex}.part")
    try:
        write_without(file, anew, encoding_as_written(file, contract.encodings), contract.delimiter, gone)
        anew.chmod(completeness.SEALED)
        durable.sync(anew)
        before = erasures.rewritten_files(settings).get(sha256)
        erased, forbidden = (before.rows_erased, before.rows_forbidden) if before else (0, 0)
        delivered = before.delivered_sha256 if before else sha256
        note = erasures.RewrittenFile(durable.sha256(anew), sha256, delivered, erased, forbidden + len(gone))
        erasures.record_rewritten(settings, [note])
        anew.replace(file)
    except BaseException:
        anew.unlink(missing_ok=True)
        raise

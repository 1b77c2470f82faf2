"""The register of the archive: whose bytes they are, under which name and when they came, one line for each file.

The archive knows bytes by their hash alone. With the register beside them the warehouse can be built again when the
build is gone (`earlyhelp rebuild`). Lines are appended, and changed by an erasure or retention alone.
"""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

import duckdb

from orchestration import durable
from orchestration.deliveries import names

NAME = "register.jsonl"


@dataclass(frozen=True)
class Entry:
    """One file as it was taken in. `received_at` is UTC, in ISO form; `run_id` is the run that took it in."""

    sha256: str
    source: str
    file_name: str
    received_at: str
    run_id: str

    @property
    def received(self) -> datetime:
        return datetime.fromisoformat(self.received_at)


def append(archive: Path, entries: Iterable[Entry]) -> None:
    """Enter files that have just been archived; on the disk when this returns."""
    durable.append_lines(archive / NAME, [json.dumps(asdict(entry)) for entry in entries])


def entries(archive: Path) -> list[Entry]:
    """Every file ever taken in, in the order of arrival.

    Bytes that came more than once, because they were rejected first or a run was killed, stand where they came last.
    """
    path = archive / NAME
    if not path.exists():
        return []
    last = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        entry = Entry(**json.loads(line))
        last.pop(entry.sha256, None)
        last[entry.sha256] = entry
    return list(last.values())


def replace(archive: Path, successors: dict[str, str]) -> None:
    """Let lines name the files that were written anew in place of theirs, as an erasure does."""
    _rewrite(archive, [line | {"sha256": successors.get(line["sha256"], line["sha256"])} for line in _lines(archive)])


def mask(archive: Path) -> None:
    """Write anew the names that an earlier version entered as they were delivered."""
    if not (archive / NAME).exists():
        return
    found = _lines(archive)
    masked = [line | {"file_name": names.known(line["file_name"], line["sha256"])} for line in found]
    if masked != found:
        _rewrite(archive, masked)


def drop(archive: Path, files: Iterable[str]) -> None:
    """Take out the lines of files, by sha256, that may no longer be kept."""
    gone = set(files)
    _rewrite(archive, [line for line in _lines(archive) if line["sha256"] not in gone])


def _lines(archive: Path) -> list[dict]:
    return [json.loads(line) for line in (archive / NAME).read_text(encoding="utf-8").splitlines()]


def _rewrite(archive: Path, lines: list[dict]) -> None:
    durable.write_text(archive / NAME, "".join(f"{json.dumps(line)}\n" for line in lines))
    (archive / NAME).chmod(0o600)


def catch_up(archive: Path, connection: duckdb.DuckDBPyConnection) -> None:
    """Enter what a build took in before there was a register."""
    if (archive / NAME).exists():
        return
    known = connection.execute(
        "select sha256, source, file_name, received_at, run_id from ops.delivery order by sequence"
    ).fetchall()
    append(archive, [Entry(sha, source, name, at.isoformat(), run or "") for sha, source, name, at, run in known])

"""The register of the archive: whose bytes they are, under which name and when they came, one line for each file.

The archive knows bytes by their hash alone. With the register beside them the warehouse can be built again when the
build is gone (`earlyhelp rebuild`). Lines are appended, and changed by an erasure or retention alone; they are chained.
"""

from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

import duckdb

from orchestration.deliveries import names
from orchestration.home import audit

NAME = "register.jsonl"


@dataclass(frozen=True)
class Entry:
    """One file as it was taken in. `received_at` is UTC, in ISO form; `run_id` is the run that took it in; `arrival`
    is its number among the deliveries of the same bytes.
    """

    sha256: str
    source: str
    file_name: str
    received_at: str
    run_id: str
    arrival: int = 1

    @property
    def received(self) -> datetime:
        return datetime.fromisoformat(self.received_at)


def append(archive: Path, entries: Iterable[Entry]) -> None:
    """Enter files that have just been archived; on the disk when this returns."""
    audit.append(archive / NAME, map(asdict, entries))


def is_empty(archive: Path) -> bool:
    """Whether no file was ever taken in."""
    return not (archive / NAME).exists()


def entries(archive: Path) -> list[Entry]:
    """Every file ever taken in, in the order of arrival.

    A delivery that came more than once, because it was rejected first or a run was killed, stands where it came last.
    """
    last: dict[tuple[str, int], Entry] = {}
    for line in audit.read(archive / NAME):
        entry = Entry(**line)
        last.pop((entry.sha256, entry.arrival), None)
        last[entry.sha256, entry.arrival] = entry
    return list(last.values())


def replace(archive: Path, successors: dict[str, str]) -> None:
    """Let lines name the files that were written anew in place of theirs, as an erasure does."""
    audit.rewrite(
        archive / NAME,
        lambda line: line | {"sha256": successors.get(line["sha256"], line["sha256"])},
        "files were written anew without the rows of erased children",
    )


def file_names(archive: Path) -> set[str]:
    """Every file name that a line has, of files that came more than once each of theirs."""
    return {line["file_name"] for line in audit.read(archive / NAME)}


def rename(archive: Path, chosen: set[str], rename_to: Callable[[str, str], str]) -> None:
    """Let lines that have one of these names know their file by another, made of the name and the sha256."""
    audit.rewrite(
        archive / NAME,
        lambda line: (
            line | {"file_name": rename_to(line["file_name"], line["sha256"])} if line["file_name"] in chosen else line
        ),
        "names of files told of an erased child",
    )


def mask(archive: Path) -> None:
    """Write anew the names that an earlier version entered as they were delivered."""
    audit.rewrite(
        archive / NAME,
        lambda line: line | {"file_name": names.known(line["file_name"], line["sha256"])},
        "files are known by names that contracts give",
    )


def drop(archive: Path, files: Iterable[str]) -> None:
    """Take out the lines of files, by sha256, that may no longer be kept."""
    gone = set(files)
    audit.rewrite(archive / NAME, lambda line: None if line["sha256"] in gone else line, "files may no longer be kept")


def catch_up(archive: Path, connection: duckdb.DuckDBPyConnection) -> None:
    """Enter what a build took in before there was a register."""
    if (archive / NAME).exists():
        return
    known = connection.execute(
        "select sha256, source, file_name, received_at, run_id, arrival from ops.delivery order by sequence"
    ).fetchall()
    append(archive, [Entry(sha, source, name, at.isoformat(), run or "", n) for sha, source, name, at, run, n in known])

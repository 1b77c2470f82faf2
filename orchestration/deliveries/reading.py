"""Has delivered files read by a process of their own, so that a file that kills its reader is rejected and no more.

Who uses it opens a `Reader` and hands it candidates; their rows then lie in Parquet files until it is closed.
"""

import errno
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import suppress
from multiprocessing.connection import Connection
from pathlib import Path
from types import TracebackType
from typing import Any

from orchestration.deliveries.archive import NoRoom
from orchestration.deliveries.candidate import Arrived, Candidate, Matched, Unmatched
from orchestration.deliveries.problem import DeliveryProblem
from orchestration.deliveries.readers.answer import READY, candidate_of
from orchestration.home import processes
from orchestration.settings import MEBI, PROJECT, Settings

FOLDER = "reading-"
NOTE = "reading.json"
"""Which file is being read, by hash, and how many runs have died over it."""

SECONDS_TO_START = 120

DEATHS = 3
"""A file over which so many runs died is not read again. One or two may be chance: a power cut, an impatient person."""


class Reader:
    """A process that reads one file after the other; started when it is first needed, and anew when it dies."""

    def __init__(self, settings: Settings) -> None:
        self._settings, self._limits = settings, settings.limits
        self._note = settings.build / NOTE
        self._folder = Path(tempfile.mkdtemp(prefix=FOLDER, dir=settings.build))
        self._process: subprocess.Popen[bytes] | None = None
        self._connection: Connection | None = None

    def __enter__(self) -> "Reader":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop()
        shutil.rmtree(self._folder, ignore_errors=True)

    def read(self, arrived: Iterable[Arrived]) -> Iterator[Candidate]:
        """Each file with the contract it keeps and where its rows are, or with its problem.

        Raises NoRoom when the disk is full.
        """
        return map(self._read, arrived)

    def forget(self, candidates: Iterable[Candidate]) -> None:
        """Remove the rows of candidates that are done with."""
        for candidate in candidates:
            for path in candidate.rows.values() if isinstance(candidate, Matched) else ():
                path.unlink(missing_ok=True)

    def _read(self, arrived: Arrived) -> Candidate:
        sha256 = arrived.archived.sha256
        noted = _noted(self._note)
        if noted.get(sha256, 0) >= DEATHS:
            problem = DeliveryProblem(
                f"{DEATHS} runs in a row died while they read it",
                "Send a plain export of the table alone",
                here=f"To have this file tried again, remove {sha256[:16]}… from {self._note.parent.name}/{NOTE}",
            )
            return Unmatched(arrived, problem)
        if sha256 in noted:
            self._stop()
        _write_note(self._note, noted | {sha256: noted.get(sha256, 0) + 1})
        try:
            # The process may have grown over earlier files, or somebody else may have killed it: one more try, alone.
            answered = self._ask(arrived) or self._ask(arrived)
        finally:
            noted.pop(sha256, None)
            _write_note(self._note, noted)
        if answered is None:
            problem = DeliveryProblem(
                f"reading it takes more than {self._limits.reader_bytes // MEBI:,} MiB of memory, or breaks the reader",
                "Send a plain export of the table alone",
                here="If this file is right, raise EARLYHELP_LIMIT_READER_BYTES",
                code="too_large",
            )
            return Unmatched(arrived, problem)
        if "seconds" in answered:
            problem = DeliveryProblem(
                f"reading it takes more than {answered['seconds']:,.0f} seconds",
                "Send a plain export of the table alone",
                here="If this file is right, raise EARLYHELP_LIMIT_READER_SECONDS",
                code="too_large",
            )
            return Unmatched(arrived, problem)
        if "no_room" in answered:
            raise NoRoom(errno.ENOSPC, f"the rows of {sha256[:16]}… need more room than is free in {self._note.parent}")
        return candidate_of(arrived, answered)

    def _ask(self, arrived: Arrived) -> dict[str, Any] | None:
        """What the process says of a file, or how many seconds it had; None if it died."""
        connection = self._started()
        asked = {
            "path": str(arrived.archived.path),
            "sha256": arrived.archived.sha256,
            "bytes": arrived.archived.bytes,
            "name": arrived.name,
            "source": arrived.source,
        }
        seconds = self._limits.seconds(arrived.archived.bytes)
        try:
            connection.send_bytes(json.dumps(asked).encode())
            answered = json.loads(connection.recv_bytes()) if connection.poll(seconds) else {"seconds": seconds}
            if "seconds" in answered or answered["has_grown"]:
                self._stop()
            return answered
        except (EOFError, ConnectionError):
            self._stop()
            return None

    def _started(self) -> Connection:
        if self._connection is None:
            ours, theirs = socket.socketpair()
            with theirs:
                self._process = subprocess.Popen(
                    [
                        sys.executable,
                        "-m",
                        "orchestration.deliveries.readers.process",
                        str(theirs.fileno()),
                        str(self._folder),
                        str(os.getpid()),
                    ],
                    cwd=PROJECT,
                    env=processes.environment_without_key(self._settings),
                    pass_fds=[theirs.fileno()],
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.DEVNULL,
                )
            self._connection = Connection(ours.detach())
            self._wait_until_ready(self._connection)
        return self._connection

    def _wait_until_ready(self, connection: Connection) -> None:
        """A process that cannot even start says nothing about a file: that stops the run, not the file."""
        try:
            is_ready = connection.poll(SECONDS_TO_START) and connection.recv_bytes() == READY
        except (EOFError, ConnectionError):
            is_ready = False
        if not is_ready:
            self._stop()
            raise RuntimeError(
                "the process that reads deliveries does not start: see what `python -m "
                "orchestration.deliveries.readers.process` says, and whether EARLYHELP_LIMIT_READER_BYTES is too small"
            )

    def _stop(self) -> None:
        """End the process, if there is one; what it left half-written goes with the folder."""
        if self._connection is not None:
            self._connection.close()
        if self._process is not None:
            self._process.kill()
            self._process.wait()
        self._process = self._connection = None


def clear_away(settings: Settings) -> None:
    """Remove what a killed run left of rows. Only who holds the build may call this."""
    for folder in settings.build.glob(f"{FOLDER}*"):
        shutil.rmtree(folder, ignore_errors=True)


def carry_note(of: Settings, to: Settings) -> None:
    """Note down which file a run in another home died over."""
    if died := _noted(of.build / NOTE):
        known = _noted(to.build / NOTE)
        _write_note(to.build / NOTE, known | {sha256: max(n, known.get(sha256, 0)) for sha256, n in died.items()})


def _noted(note: Path) -> dict[str, int]:
    """How many runs began to read a file and did not end, by hash."""
    with suppress(FileNotFoundError, ValueError):
        return dict(json.loads(note.read_text(encoding="utf-8")))
    return {}


def _write_note(note: Path, noted: dict[str, int]) -> None:
    if not noted:
        note.unlink(missing_ok=True)
        return
    # Whole or not at all; not flushed to the disk, for it tells of processes that died, and files are many.
    draft = note.with_name(f".{note.name}.part")
    draft.write_text(json.dumps(noted), encoding="utf-8")
    draft.replace(note)

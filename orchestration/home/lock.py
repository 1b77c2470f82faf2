"""One at a time: whoever opens the build or writes to the home holds a lock; the next waits, then says for whom.

Two files of the build folder. `lock` is held from the first read to the last write of a command or a run, and tells who
holds it. `writers` is shared by the processes that a holder started, so that whoever comes next waits for those of a
holder that was killed, too. Both are locks of the kernel's on open files: they end with the process.
"""

import fcntl
import json
import os
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from io import TextIOWrapper
from pathlib import Path

from orchestration.home import provenance
from orchestration.settings import Settings

_depth: dict[tuple[Path, int], int] = {}
"""How often a thread has taken a lock: whoever holds it may call what takes it."""

_command = Path(sys.argv[0]).name


class BuildBusyError(RuntimeError):
    """Somebody else holds the build: `holder` says who."""

    def __init__(self, path: str, holder: str, waited: float) -> None:
        self.holder = holder
        super().__init__(
            f"Another run has held {path} for the {waited:g} s this one waited: {holder}. Let it end and run again, or "
            "set EARLYHELP_LOCK_WAIT_SECONDS to wait longer. Nothing was changed."
        )


def name_holder(command: str) -> None:
    """Say what this process is, for whoever waits for it: a command without arguments, which may name a child."""
    global _command
    _command = command


@contextmanager
def build_lock(settings: Settings, wait_seconds: float | None = None) -> Iterator[None]:
    """Hold the home for the length of the block; within it, in the same thread, the lock may be taken again.

    Raises BuildBusyError when others have held it for `wait_seconds` (default: `settings.lock_wait_seconds`).
    """
    folder = settings.build
    mine = (folder, threading.get_ident())
    if mine in _depth:
        _depth[mine] += 1
        try:
            yield
        finally:
            _depth[mine] -= 1
        return
    wait = settings.lock_wait_seconds if wait_seconds is None else wait_seconds
    deadline = time.monotonic() + wait
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("a+") as file, writers(settings).open("a") as shared:
        for needed in (file, shared):
            if not _taken(needed, deadline):
                raise BuildBusyError(file.name, _holder(file), wait)
        fcntl.flock(shared, fcntl.LOCK_UN)
        file.truncate(0)
        file.write(json.dumps({"command": _command, "process": os.getpid(), "since": provenance.now()}))
        file.flush()
        _depth[mine] = 1
        try:
            yield
        finally:
            del _depth[mine]
            file.truncate(0)


def is_held(settings: Settings) -> bool:
    """Whether this thread holds the home."""
    return (settings.build, threading.get_ident()) in _depth


def writers(settings: Settings) -> Path:
    """The file that processes share which a holder started."""
    return settings.build / "writers"


def _taken(file: TextIOWrapper, deadline: float) -> bool:
    while True:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return True
        except BlockingIOError:
            if time.monotonic() >= deadline:
                return False
            time.sleep(0.1)


def _holder(file: TextIOWrapper) -> str:
    """Who has a lock, or had it and left processes behind, as it told the file."""
    file.seek(0)
    try:
        holder = json.loads(file.read())
        return (
            f"`{holder['command']}` (process {holder['process']}, since {holder['since'][:19].replace('T', ' ')} UTC)"
        )
    except ValueError:
        return "somebody who has not said who it is"

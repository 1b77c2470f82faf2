"""Whether a file that waits is complete: nobody holds it open for writing, and it has been quiet for a while."""

import errno
import fcntl
import os
import signal
import stat
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import astuple, dataclass
from functools import cache
from pathlib import Path

from orchestration.home import progress

WRITTEN = "still being written"
NOT_OPENED = "cannot be opened by this account"
LOOK_AGAIN_SECONDS = 0.5
SEALED = 0o400
"""The mode of a copy of ours: nobody may write to it, so a build need not wait until it is quiet."""


@dataclass(frozen=True)
class Mark:
    """A file as it was seen: another inode, size or time is another arrival. Times are in nanoseconds."""

    device: int
    inode: int
    size: int
    modified_ns: int

    @classmethod
    def of(cls, seen: os.stat_result) -> "Mark":
        return cls(seen.st_dev, seen.st_ino, seen.st_size, seen.st_mtime_ns)


@dataclass(frozen=True)
class Waiting:
    """What waits: the files that are complete, and those that are left for the next run, each with the reason."""

    complete: list[Path]
    left: dict[Path, str]


def wait(find: Callable[[], list[Path]], quiet_seconds: float) -> Waiting:
    """The files that `find` finds, after the young ones had time to be complete.

    A file that is not written to any more gets the `quiet_seconds` it needs. Nothing is waited for longer than twice
    that, so that a writer without end holds up no run.
    """
    began = time.monotonic()
    first: dict[Path, tuple[Mark, float]] = {}
    is_announced = False
    while True:
        now = time.monotonic()
        waiting = _look(find(), quiet_seconds, first, now)
        growing = [path for path, why in waiting.left.items() if why == WRITTEN]
        remaining = began + 2 * quiet_seconds - now
        if not growing or remaining <= 0:
            return waiting
        if not is_announced:
            progress.say(f"waiting up to {remaining:.0f} s for {len(growing):,} files until they are quiet")
            is_announced = True
        time.sleep(min(LOOK_AGAIN_SECONDS, remaining))


def marks(files: Iterable[Path]) -> dict[str, list[int]]:
    """The mark of every file that still lies there, by its path, as lists that JSON can hold."""
    found = {}
    for path in files:
        with suppress(FileNotFoundError):
            found[os.fsencode(path).hex()] = list(astuple(Mark.of(path.lstat())))
    return found


def is_open_elsewhere(path: Path) -> bool:
    """Whether somebody has a file open for writing.

    The kernel knows: it gives no read lease on such a file. Where it may not be asked (another's file, a file system
    without leases), the open files of the processes that may be looked at are. Raises OSError when the file cannot be
    opened, and never waits for the other end of a pipe.
    """
    descriptor = open_file(path)
    try:
        return _is_open_elsewhere(descriptor, open_for_writing)
    finally:
        os.close(descriptor)


def is_sealed(path: Path) -> bool:
    """Whether nobody can write to a file of our own any more: no one may open it so, and no one has."""
    try:
        descriptor = open_file(path)
    except OSError:
        return False
    try:
        return _is_sealed(descriptor)
    finally:
        os.close(descriptor)


def open_file(path: Path) -> int:
    """A regular file opened for reading, as a descriptor; OSError for a link, a pipe or whatever else lies there."""
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise OSError(errno.EINVAL, "not a regular file")
    return descriptor


def _look(files: list[Path], quiet_seconds: float, first: dict[Path, tuple[Mark, float]], now: float) -> Waiting:
    complete, left, opened = [], {}, cache(open_for_writing)
    for path in files:
        try:
            descriptor = open_file(path)
        except FileNotFoundError:
            continue
        except OSError:
            left[path] = NOT_OPENED
            continue
        try:
            seen = os.fstat(descriptor)
            mark, since = first.get(path, (None, now))
            if mark != Mark.of(seen):
                since = now
            first[path] = Mark.of(seen), since
            is_quiet = max(now - since, _age(seen)) >= quiet_seconds
            if (is_quiet and not _is_open_elsewhere(descriptor, opened)) or _is_sealed(descriptor):
                complete.append(path)
            else:
                left[path] = WRITTEN
        finally:
            os.close(descriptor)
    return Waiting(complete, left)


def _age(seen: os.stat_result) -> float:
    """Seconds since a file, or its name, was changed last; a time of change cannot be set back by who copies."""
    return time.time() - max(seen.st_mtime, seen.st_ctime)


def _is_sealed(descriptor: int) -> bool:
    seen = os.fstat(descriptor)
    return not seen.st_mode & 0o222 and seen.st_uid == os.geteuid() and _lease(descriptor) is True


def _is_open_elsewhere(descriptor: int, opened: Callable[[], set[tuple[int, int]]]) -> bool:
    free = _lease(descriptor)
    if free is not None:
        return not free
    seen = os.fstat(descriptor)
    return (seen.st_dev, seen.st_ino) in opened()


def _lease(descriptor: int) -> bool | None:
    """Whether the kernel grants a read lease, given back at once; None where it cannot say."""
    try:
        # Who opens the file meanwhile lets the kernel signal us: by one that is ignored, not the one that kills.
        fcntl.fcntl(descriptor, fcntl.F_SETSIG, signal.SIGURG)
        fcntl.fcntl(descriptor, fcntl.F_SETLEASE, fcntl.F_RDLCK)
        fcntl.fcntl(descriptor, fcntl.F_SETLEASE, fcntl.F_UNLCK)
    except BlockingIOError:
        return False
    except (OSError, AttributeError):
        return None
    return True


def open_for_writing() -> set[tuple[int, int]]:
    """Device and inode of every file that a process which may be looked at has open for writing."""
    found = set()
    for descriptor in Path("/proc").glob("[0-9]*/fd/*"):
        try:
            flags = (descriptor.parent.parent / "fdinfo" / descriptor.name).read_text().split("flags:")[1].split()[0]
            if int(flags, 8) & os.O_ACCMODE:
                seen = descriptor.stat()
                found.add((seen.st_dev, seen.st_ino))
        except (OSError, IndexError, ValueError):
            continue
    return found

"""Keeps the bytes of every delivery under their sha256, before anything reads them."""

import errno
import hashlib
import os
import shutil
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from orchestration.deliveries import completeness
from orchestration.home import durable, progress

CHUNK = 4 * 1024 * 1024


@dataclass(frozen=True)
class Archived:
    """A file's bytes in the archive."""

    path: Path
    sha256: str
    bytes: int


def delivery_id(sha256: str, arrival: int = 1) -> str:
    """What a delivery is known by: the beginning of its hash, and from the second of the same bytes on its number."""
    return sha256[:16] if arrival == 1 else f"{sha256[:16]}.{arrival}"


class Unreadable(OSError):
    """A file that waits could not be read to its end as it was; nothing of it is left in the archive."""


class NoRoom(OSError):
    """The disk is full; the message says how much is needed. Nothing half-written is left."""


def archive(file: Path, folder: Path) -> Archived:
    """Copy a file to <folder>/<sha256>, hashing what is copied; the name appears only when every byte is on the disk.

    The copy is read-only. A file that is there already is left as it is, unless its bytes are damaged. Raises NoRoom
    when the disk is too small, and Unreadable for a file that cannot be opened, is no regular file, or changes while it
    is copied.
    """
    folder.mkdir(parents=True, exist_ok=True)
    needed = _size(file)
    if needed > shutil.disk_usage(folder).free:
        raise _no_room(needed, folder)
    partial = folder / f".{uuid.uuid4().hex}.part"
    digest, size = hashlib.sha256(), 0
    try:
        with _opened(file) as source, partial.open("xb") as target:
            before = completeness.Mark.of(os.fstat(source.fileno()))
            while chunk := _read(source):
                digest.update(chunk)
                size += target.write(chunk)
            target.flush()
            os.fsync(target.fileno())
            if completeness.Mark.of(os.fstat(source.fileno())) != before:
                raise Unreadable("changed while it was copied")
        kept = folder / digest.hexdigest()
        is_there = kept.exists()
        if is_there and durable.sha256(kept) == kept.name:
            partial.unlink()
        else:
            if is_there:
                progress.say(f"archive: {kept.name} was damaged, and is whole again: the file came once more")
            partial.chmod(0o400)
            partial.replace(kept)
            durable.sync(folder)
    except OSError as error:
        partial.unlink(missing_ok=True)
        if error.errno == errno.ENOSPC:
            raise _no_room(needed, folder) from None
        raise
    return Archived(kept, digest.hexdigest(), size)


def unread(file: Path) -> Archived:
    """A file that is too large to be archived, where it lies: known by its name, size and time, not by its bytes."""
    seen = file.stat()
    identity = f"{file.name}/{seen.st_size}/{seen.st_mtime_ns}".encode("utf-8", "surrogateescape")
    return Archived(file, hashlib.sha256(identity).hexdigest(), seen.st_size)


def _no_room(needed: int, folder: Path) -> NoRoom:
    free = shutil.disk_usage(folder).free
    return NoRoom(
        f"The disk is full: to archive a file takes {needed:,} bytes, and {free:,} are free in {folder}. Free some "
        "room and run the same again."
    )


def _size(file: Path) -> int:
    try:
        return file.stat().st_size
    except OSError as error:
        raise Unreadable(error.errno, "cannot be looked at") from None


def _opened(file: Path) -> BinaryIO:
    try:
        return os.fdopen(completeness.open_file(file), "rb")
    except OSError as error:
        raise Unreadable(error.errno, "cannot be opened") from None


def _read(source: BinaryIO) -> bytes:
    try:
        return source.read(CHUNK)
    except OSError as error:
        raise Unreadable(error.errno, "cannot be read to its end") from None


def clear_partials(folder: Path) -> None:
    """Remove what a killed run left of unfinished copies. Only the one writer of the build may call this."""
    for partial in folder.glob(".*.part"):
        partial.unlink(missing_ok=True)

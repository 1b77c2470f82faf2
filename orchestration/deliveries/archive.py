"""Keeps the bytes of every delivery under their sha256, before anything reads them."""

import errno
import hashlib
import os
import shutil
import uuid
from dataclasses import dataclass
from pathlib import Path

from orchestration import durable

CHUNK = 4 * 1024 * 1024


@dataclass(frozen=True)
class Archived:
    """A file's bytes in the archive."""

    path: Path
    sha256: str
    bytes: int

    @property
    def delivery_id(self) -> str:
        return self.sha256[:16]


class NoRoom(OSError):
    """The disk is full; the message says how much is needed. Nothing half-written is left."""


def archive(file: Path, folder: Path) -> Archived:
    """Copy a file to <folder>/<sha256>, hashing what is copied; the name appears only when every byte is on the disk.

    The copy is read-only. A file that is there already is left as it is. Raises NoRoom when the disk is too small.
    """
    folder.mkdir(parents=True, exist_ok=True)
    needed, free = file.stat().st_size, shutil.disk_usage(folder).free
    if needed > free:
        raise NoRoom(errno.ENOSPC, f"a delivery needs {needed:,} bytes and {free:,} are free in {folder}")
    partial = folder / f".{uuid.uuid4().hex}.part"
    digest, size = hashlib.sha256(), 0
    try:
        with file.open("rb") as source, partial.open("xb") as target:
            while chunk := source.read(CHUNK):
                digest.update(chunk)
                size += target.write(chunk)
            target.flush()
            os.fsync(target.fileno())
        kept = folder / digest.hexdigest()
        if kept.exists() and kept.stat().st_size == size:
            partial.unlink()
        else:
            partial.chmod(0o444)
            partial.replace(kept)
            durable.sync(folder)
    except OSError as error:
        partial.unlink(missing_ok=True)
        if error.errno == errno.ENOSPC:
            raise NoRoom(errno.ENOSPC, f"a delivery needs {needed:,} bytes in {folder}") from None
        # Without its path: logs keep the message, and the file may be called by a child's name.
        raise OSError(error.errno, f"a delivery cannot be read, or kept in {folder}: {error.strerror}") from None
    return Archived(kept, digest.hexdigest(), size)


def clear_partials(folder: Path) -> None:
    """Remove what a killed run left of unfinished copies. Only the one writer of the build may call this."""
    for partial in folder.glob(".*.part"):
        partial.unlink(missing_ok=True)

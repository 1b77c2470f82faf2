"""Writes that survive a power cut: flush, then rename, so that nothing half-written has its final name."""

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def named(path: Path) -> Iterator[None]:
    """Let an error of the disk say which file it is of: that of a write to an open file does not."""
    try:
        yield
    except OSError as error:
        error.filename = error.filename or str(path)
        raise


def sync(path: Path) -> None:
    """Flush a file, or the entries of a folder, to the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def write_text(path: Path, text: str, mode: int = 0o666) -> None:
    """Put `text` under `path` in one step: a reader sees the old content or the new, never a part.

    `mode` is who may read and write it, before the umask. Raises OSError when there is no room, and leaves no draft.
    """
    write_bytes(path, text.encode("utf-8"), mode)


def write_bytes(path: Path, content: bytes, mode: int = 0o666) -> None:
    """The same of bytes."""
    draft = path.with_name(f".{path.name}.part")
    draft.unlink(missing_ok=True)
    try:
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
        with named(path), os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise
    sync(path.parent)


def point(link: Path, target: Path) -> None:
    """Make `link` a relative symbolic link to `target` in one step."""
    draft = link.with_name(f".{link.name}.part")
    draft.unlink(missing_ok=True)
    draft.symlink_to(os.path.relpath(target, link.parent))
    draft.replace(link)
    sync(link.parent)


def sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()

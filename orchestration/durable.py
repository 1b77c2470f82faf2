"""Writes that survive a power cut: flush, then rename, so that nothing half-written has its final name."""

import fcntl
import hashlib
import os
from collections.abc import Iterable
from pathlib import Path


def sync(path: Path) -> None:
    """Flush a file, or the entries of a folder, to the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def write_text(path: Path, text: str) -> None:
    """Put `text` under `path` in one step: a reader sees the old content or the new, never a part."""
    draft = path.with_name(f".{path.name}.part")
    draft.write_text(text, encoding="utf-8")
    sync(draft)
    draft.replace(path)
    sync(path.parent)


def append_lines(path: Path, lines: Iterable[str]) -> None:
    """Write lines to the end of a log that its owner alone can read; on the disk when this returns.

    Two writers at once take turns. The folder is made where there is none.
    """
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    with os.fdopen(descriptor, "a", encoding="utf-8") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        if not _ends_a_line(path):
            file.write("\n")
        file.write("".join(f"{line}\n" for line in lines))
        file.flush()
        os.fsync(file.fileno())
    sync(path.parent)


def _ends_a_line(path: Path) -> bool:
    """Whether a log can be added to; a last line that was cut short or written by hand may lack its end."""
    if not path.stat().st_size:
        return True
    with path.open("rb") as file:
        file.seek(-1, os.SEEK_END)
        return file.read(1) == b"\n"


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

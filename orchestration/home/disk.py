"""What a disk that is full, or may not be written to, means, in a sentence: where, how much room, what to do.

Whatever writes finds out: Python, DuckDB, dbt in a process of its own. Of these nothing is known but their words.
"""

import errno
import os
import shutil
import tempfile
from pathlib import Path

from orchestration.settings import Settings

FULL = (os.strerror(errno.ENOSPC), os.strerror(errno.EDQUOT), "max_temp_directory_size")
READ_ONLY = (os.strerror(errno.EROFS),)
FORBIDDEN = (os.strerror(errno.EACCES), os.strerror(errno.EPERM))

ROOM = 4
"""A run needs up to so many times the room of the build: the build grows, dbt and DuckDB spill beside it, and each of
the two copies in a release (analysts' tables; those of zones and schools) is at most as large."""

GROWTH = 20
"""A first build is up to so many times as large as the files it is made of."""


def explained(settings: Settings, problem: BaseException | str) -> str | None:
    """The sentence for an error, or for what was said of one; None when it is not of the disk."""
    text = str(problem)
    if any(words in text for words in FULL):
        place = _place(settings, problem)
        free = shutil.disk_usage(place).free
        return (
            f"The disk is full: {free / 2**20:,.1f} MiB are free in {place}. A run needs up to "
            f"{needed(settings) / 2**20:,.0f} MiB in {settings.home}. Free some room and run the same again; what was "
            "not finished is done anew, and the release in force is untouched."
        )
    if any(words in text for words in READ_ONLY):
        return (
            f"{_file(problem) or settings.home} cannot be written to: its file system is mounted read-only. Mount it "
            "for writing, or set EARLYHELP_HOME to a folder that may be written to, and run the same again."
        )
    if any(words in text for words in FORBIDDEN):
        return (
            f"{_file(problem) or settings.home} may not be read or written by this account. Give it the right, or "
            "run the same as the owner of the home."
        )
    return None


def needed(settings: Settings) -> int:
    """How many bytes a run may need, by the build as it is and the files that wait or were archived."""
    if settings.build_file.exists():
        return ROOM * settings.build_file.stat().st_size
    files = [*settings.landing.glob("*/*"), *settings.archive.glob("*")]
    return GROWTH * sum(file.stat().st_size for file in files if file.is_file())


def _file(problem: BaseException | str) -> str | None:
    return str(problem.filename) if isinstance(problem, OSError) and problem.filename else None


def _place(settings: Settings, problem: BaseException | str) -> Path:
    """The folder without room: that of the file, if it is told; else the one with the least, of those written to."""
    folders = [settings.home, Path(tempfile.gettempdir())]
    if named := _file(problem):
        folders = [Path(named).absolute()]
    there = [next(folder for folder in (path, *path.parents) if folder.is_dir()) for path in folders]
    return min(there, key=lambda folder: shutil.disk_usage(folder).free)

"""The folder landing/<source>/: which files lie there, and how one is put there without taking another's place."""

import errno
import os
import re
import shutil
import stat
import tempfile
from collections.abc import Iterator
from itertools import count
from pathlib import Path

from orchestration.deliveries.problem import DeliveryProblem
from orchestration.home import durable
from orchestration.settings import Settings

UNFINISHED = (".part", ".tmp", ".crdownload", ".filepart")

LONGEST_NAME = 200
UNNAMED = "unnamed"


def source_of(settings: Settings, file: Path) -> str:
    """The source of a file anywhere below landing/<source>/."""
    return file.relative_to(settings.landing).parts[0]


def files(folder: Path) -> Iterator[Path]:
    """The files of a source's folder and of its numbered folders, where those lie whose name was taken.

    Hidden and unfinished ones are left alone, and so is what is no file: a link, a pipe, a device, any other folder.
    """
    for path in _entries(folder):
        if is_file(path) and is_complete(path.name):
            yield path
        elif _is_numbered(path):
            yield from (file for file in _entries(path) if is_file(file) and is_complete(file.name))


def put(file: Path, folder: Path, name: str) -> Path:
    """Let `file`, of the same file system, lie in `folder` too, whole at once, and return where.

    Nothing is replaced: where the name is taken, it lies under its own name in the first free of the folders 2, 3, …,
    for the name may be what tells its contract.
    """
    folder.mkdir(parents=True, exist_ok=True)
    try:
        os.link(file, folder / name)
        durable.sync(folder)
        return folder / name
    except FileExistsError:
        beside = draft(folder)
    try:
        os.link(file, beside / name)
        lies = next(folder / str(number) for number in count(2) if _becomes(beside, folder / str(number)))
    finally:
        shutil.rmtree(beside, ignore_errors=True)
    durable.sync(folder)
    return lies / name


def draft(folder: Path) -> Path:
    """A new hidden folder in a source's folder, for what is not complete yet."""
    folder.mkdir(parents=True, exist_ok=True)
    return Path(tempfile.mkdtemp(prefix=".", suffix=".part", dir=folder))


def clear_drafts(settings: Settings) -> None:
    """Remove what commands that were killed while they copied left in landing."""
    for left in settings.landing.glob("*/.*.part"):
        if left.is_dir() and not left.is_symlink():
            shutil.rmtree(left, ignore_errors=True)
        else:
            left.unlink(missing_ok=True)


def is_file(path: Path) -> bool:
    """Whether a regular file lies there, and no link to one; False for what has gone meanwhile."""
    try:
        return stat.S_ISREG(path.lstat().st_mode)
    except OSError:
        return False


def is_looked_at(path: Path) -> bool:
    """Whether a build looks at what lies in a source's folder: a file, or a folder of files whose name was taken."""
    return is_file(path) or _is_numbered(path)


def _is_numbered(path: Path) -> bool:
    return path.name.isdecimal() and path.is_dir() and not path.is_symlink()


def is_complete(name: str) -> bool:
    """Whether a name is not that of a file on its way."""
    return not name.startswith((".", "~$")) and not name.lower().endswith(UNFINISHED)


def is_plain(name: str) -> bool:
    """Whether a name can be printed and leads nowhere: no path, no line end, no mark that hides or turns text."""
    return (
        name not in ("", ".", "..")
        and not any(mark in name for mark in ("/", "\\", "\0"))
        and name.isprintable()
        and len(name) <= LONGEST_NAME
    )


def safe_name(name: str) -> str:
    """The name of a file, if it is nothing but that; raises DeliveryProblem for one that could lead elsewhere."""
    if not is_plain(name):
        raise DeliveryProblem(
            "the file's name is not a plain name", "Give the file a name without path or control marks"
        )
    return name


def name_to_take(name: str) -> str:
    """The name under which a file is taken out of landing: its own, or none but its ending if that is not plain."""
    if is_plain(name):
        return name
    ending = re.search(r"\.[A-Za-z]{1,5}$", name)
    return f"{UNNAMED}{ending.group().lower() if ending else ''}"


def _becomes(folder: Path, name: Path) -> bool:
    """Give a folder its name, unless something has it: of what lies there only an empty folder is replaced."""
    try:
        folder.rename(name)
    except OSError as error:
        if error.errno not in (errno.EEXIST, errno.ENOTEMPTY, errno.ENOTDIR):
            raise
        return False
    return True


def _entries(folder: Path) -> Iterator[Path]:
    try:
        yield from folder.iterdir()
    except (FileNotFoundError, NotADirectoryError):
        return

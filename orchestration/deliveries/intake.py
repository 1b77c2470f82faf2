"""What was taken out of landing: renamed aside before it is read, and gone only once its bytes are known to be safe.

    landing/<source>/.taken/reading/<…>/<name>           not yet settled: a run reads it, or was killed
    landing/<source>/.taken/settled/<…>.<sha256>/<name>  settled, kept until a later run finds it unchanged
    landing/<source>/.set_aside/<delivery_id>/<name>     too large to be archived and read: for a person to look at

A rename keeps a file's inode, so bytes that a late writer still adds are not lost with the name.
"""

import shutil
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

from expectations.contract.model import sources
from orchestration.deliveries import completeness, landing
from orchestration.home import durable, progress
from orchestration.settings import Settings

TAKEN, READING, SETTLED, SET_ASIDE = ".taken", "reading", "settled", ".set_aside"


def unread(settings: Settings, source: str) -> Iterator[Path]:
    """The files of a source that were taken out of landing and are not settled: a run reads them, or was killed."""
    return _files(settings.landing / source / TAKEN / READING)


def settled(settings: Settings) -> list[Path]:
    """Every file that lies aside though the archive has its bytes: children's data until a later run removes it."""
    return [file for source in sources() for file in _files(settings.landing / source / TAKEN / SETTLED)]


def take(settings: Settings, files: Iterable[Path]) -> list[Path]:
    """Rename files out of landing, in their order, to where nobody else can reach them; those aside already stay there.

    A name that is not plain is left behind. What has gone meanwhile, or was put in the place of a file as it was looked
    at (a link, a pipe), is not taken.
    """
    taken = []
    for file in files:
        if TAKEN in file.relative_to(settings.landing).parts:
            taken.append(file)
            continue
        own = _own_folder(settings.landing / landing.source_of(settings, file) / TAKEN / READING)
        aside = own / landing.name_to_take(file.name)
        try:
            file.rename(aside)
        except FileNotFoundError:
            own.rmdir()
            continue
        _remove_if_empty(file.parent)
        if landing.is_file(aside):
            taken.append(aside)
        else:
            shutil.rmtree(own)
    return taken


def settle(file: Path, sha256: str) -> None:
    """Done with a file whose bytes are archived: removed if nobody can add to it any more, else kept for a while."""
    if completeness.is_sealed(file):
        shutil.rmtree(file.parent)
        return
    aside = file.parent.parent.with_name(SETTLED)
    aside.mkdir(exist_ok=True, mode=0o700)
    file.parent.rename(aside / f"{file.parent.name}.{sha256}")
    durable.sync(aside)


def set_aside(file: Path, delivery_id: str) -> None:
    """Done with a file that is too large to be archived: it stays, where no run reads it again."""
    aside = file.parent.parent.parent.with_name(SET_ASIDE)
    aside.mkdir(exist_ok=True, mode=0o700)
    file.parent.rename(aside / delivery_id)
    durable.sync(aside)


def look_again(settings: Settings) -> None:
    """Remove what lies settled and is what was archived; what was added to since then waits again as a new arrival."""
    changed = 0
    for file in settled(settings):
        own = file.parent
        name, _, sha256 = own.name.rpartition(".")
        try:
            is_same = durable.sha256(file) == sha256
        except PermissionError:
            continue  # its owner took it from us; the archive has what was read
        if not is_same:
            own.rename(_reading(own) / name)
            changed += 1
        elif not completeness.is_open_elsewhere(file):
            shutil.rmtree(own)
    if changed:
        progress.say(f"{changed:,} files were added to after they had been read: they are read again, as new arrivals")


def _reading(own: Path) -> Path:
    folder = own.parent.with_name(READING)
    folder.mkdir(exist_ok=True, mode=0o700)
    return folder


def _own_folder(folder: Path) -> Path:
    if folder.parent.is_symlink():
        raise OSError(
            f"{folder.parent} is a link. Remove it: files are taken out of landing into a folder of that name"
        )
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    folder.parent.chmod(0o700)
    return Path(tempfile.mkdtemp(prefix="", dir=folder))


def _files(folder: Path) -> Iterator[Path]:
    return (file for file in folder.glob("*/*") if landing.is_file(file) and landing.is_complete(file.name))


def _remove_if_empty(folder: Path) -> None:
    """A numbered folder goes with its last file; a source's folder stays."""
    if folder.name.isdecimal():
        with suppress(OSError):
            folder.rmdir()

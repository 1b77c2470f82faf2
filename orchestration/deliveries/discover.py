"""Finds the complete files in landing/<source>/, and puts files there for whoever delivers by command."""

import shutil
import uuid
from pathlib import Path

from expectations.contract import sources
from expectations.contract_match import sources_by_name
from orchestration.deliveries.problem import DeliveryProblem
from orchestration.settings import Settings

UNFINISHED = (".part", ".tmp", ".crdownload", ".filepart")


def discover(settings: Settings) -> list[Path]:
    """The files that wait in landing/<source>/, oldest first; hidden and unfinished ones are left alone.

    Links are not followed: what is read must lie in the landing folder itself.
    """
    waiting = [
        file
        for source in sources()
        for file in (settings.landing / source).glob("*")
        if file.is_file() and not file.is_symlink() and _is_complete(file.name)
    ]
    return sorted(waiting, key=lambda file: (file.stat().st_mtime_ns, file.parent.name, file.name))


def passed_over(settings: Settings) -> int:
    """How many files and folders lie in landing where no build looks: outside the folders of sources, or below them.

    Their number is all that may be said: a folder's name can be a child's.
    """
    folders = [settings.landing / source for source in sources()]
    elsewhere = [path for path in settings.landing.glob("*") if path not in folders]
    below = [path for folder in folders for path in folder.glob("*") if path.is_symlink() or not path.is_file()]
    return sum(_is_complete(path.name) for path in [*elsewhere, *below])


def deliver(settings: Settings, paths: list[Path], source: str | None = None) -> list[Path]:
    """Copy files, or the files of folders, to landing/<source>/ and return where they lie.

    The source is the one given, else the name of the file's folder, else the one whose contracts know the file's name.
    Raises DeliveryProblem for a source nobody knows, before anything is copied. A file appears whole or not at all.
    """
    copies = [(file, settings.landing / _source_of(file, source) / safe_name(file.name)) for file in _files(paths)]
    for file, target in copies:
        target.parent.mkdir(parents=True, exist_ok=True)
        partial = target.with_name(f".{uuid.uuid4().hex}.part")
        try:
            shutil.copyfile(file, partial)
            partial.replace(target)
        finally:
            partial.unlink(missing_ok=True)
    return [target for _, target in copies]


def safe_name(name: str) -> str:
    """The name of a file, if it is nothing but that; raises DeliveryProblem for one that could lead elsewhere."""
    if (
        name in ("", ".", "..")
        or any(mark in name for mark in ("/", "\\", "\0"))
        or not name.isprintable()
        or len(name) > 200
    ):
        raise DeliveryProblem(
            "the file's name is not a plain name", "Give the file a name without path or control marks"
        )
    return name


def _files(paths: list[Path]) -> list[Path]:
    files: list[Path] = []
    for path in map(Path, paths):
        if path.is_dir():
            files.extend(sorted(file for file in path.rglob("*") if file.is_file() and _is_complete(file.name)))
        elif path.is_file():
            files.append(path)
        else:
            raise DeliveryProblem(f"{path} is neither a file nor a folder", "Check the path")
    return files


def _is_complete(name: str) -> bool:
    return not name.startswith((".", "~$")) and not name.lower().endswith(UNFINISHED)


def _source_of(file: Path, source: str | None) -> str:
    known = sources()
    if source is not None:
        if source not in known:
            raise DeliveryProblem(f"there is no source {source}", f"The sources are {', '.join(known)}")
        return source
    if file.resolve().parent.name in known:
        return file.resolve().parent.name
    by_name = sources_by_name(file.name)
    if len(by_name) == 1:
        return by_name.pop()
    if file.suffix.lower() == ".xml":
        return "school_census"
    raise DeliveryProblem(
        f"nothing says which source {file.name} is of",
        f"Put it into a folder called after its source or name the source: {', '.join(known)}",
    )

"""Copies files to landing for whoever delivers by command: whole, beside what waits already, and complete at once."""

import filecmp
import shutil
from dataclasses import dataclass, field
from pathlib import Path

from expectations.contract.match import sources_by_name
from expectations.contract.model import sources
from expectations.reference import sources_in_use
from orchestration.deliveries import completeness, landing
from orchestration.deliveries.discover import discover
from orchestration.deliveries.problem import DeliveryProblem
from orchestration.home import durable, invented
from orchestration.settings import Settings


@dataclass(frozen=True)
class Handover:
    """What became of the files of a command: where the copies lie, where the same file waited already, what grows."""

    laid: list[Path] = field(default_factory=list)
    already: list[Path] = field(default_factory=list)
    unfinished: list[Path] = field(default_factory=list)


def deliver(settings: Settings, paths: list[Path], source: str | None = None) -> Handover:
    """Copy files, or the files of folders, to landing/<source>/.

    The source is the one given, else the name of the file's folder, else the one whose contracts know the file's name.
    Raises DeliveryProblem for a source nobody knows, before anything is copied. A file appears whole or not at all, and
    beside a file of its name, not in its place; one that waits already, with this name and these bytes, is not copied.
    """
    chosen = [(file, _source_of(file, source), landing.safe_name(file.name)) for file in _files(paths)]
    waiting: dict[tuple[str, str], list[Path]] = {}
    for path in discover(settings):
        waiting.setdefault((landing.source_of(settings, path), path.name), []).append(path)
    made = Handover()
    for file, of, name in chosen:
        folder, namesakes = settings.landing / of, waiting.setdefault((of, name), [])
        draft = landing.draft(folder)
        try:
            copy = draft / name
            if not _copy(file, copy):
                made.unfinished.append(file)
            elif same := next((path for path in namesakes if _is_same(path, copy)), None):
                made.already.append(same)
            else:
                made.laid.append(landing.put(copy, folder, name))
                namesakes.append(made.laid[-1])
        finally:
            shutil.rmtree(draft, ignore_errors=True)
    invented.record(settings, (file for file, *_ in chosen))
    return made


def _copy(file: Path, copy: Path) -> bool:
    """Copy a file, sealed; False when somebody writes to it meanwhile."""
    if completeness.is_open_elsewhere(file.resolve()):
        return False
    before = file.stat()
    shutil.copyfile(file, copy)
    copy.chmod(completeness.SEALED)
    durable.sync(copy)
    now = file.stat()
    return completeness.Mark.of(before) == completeness.Mark.of(now) and copy.stat().st_size == before.st_size


def _is_same(path: Path, copy: Path) -> bool:
    try:
        return filecmp.cmp(path, copy, shallow=False)
    except OSError:
        return False  # taken by a build, or not ours to read


def _files(paths: list[Path]) -> list[Path]:
    files: list[Path] = []
    for path in map(Path, paths):
        if path.is_dir():
            files.extend(sorted(file for file in path.rglob("*") if file.is_file() and landing.is_complete(file.name)))
        elif path.is_file():
            files.append(path)
        else:
            raise DeliveryProblem(f"{path} is neither a file nor a folder", "Check the path")
    return files


def _source_of(file: Path, source: str | None) -> str:
    found = _named_source(file, source)
    if found not in sources_in_use():
        raise DeliveryProblem(
            f"this council does not have the source {found}",
            "Leave its files out, or take away its row in seeds/ref_source.csv of the council's folder",
        )
    return found


def _named_source(file: Path, source: str | None) -> str:
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

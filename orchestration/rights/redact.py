"""Takes whom is looked for out of file names, out of logs, and out of whatever else lies under EARLYHELP_HOME.

A file that no contract reads is kept as a notice where it tells, and a name that tells gives way to one made of the
hash of the bytes. What every erasure makes anew or removes as a whole (build, releases, reports, logs of runs) is only
looked at, for whoever asks what is held.
"""

import json
import mimetypes
import os
import secrets
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb

from expectations.contract.model import sources
from orchestration.deliveries import register
from orchestration.home import audit, durable
from orchestration.rights import screening
from orchestration.rights.purge import NOTICE
from orchestration.rights.spelling import Name
from orchestration.settings import Settings

REMOVED = "(struck: it named a child who was erased)"
"""What stands in a log for a text that tells."""

DATABASES = "dashboard/*.sqlite"
"""Read by rows, and redacted before (`entered`): a notice in the place of one would end all that it holds."""

READ_BY_ROWS = ("archive", "build", "releases", "current", "knowledge", "erasures")
MADE_ANEW = ("quarantine", "logs", "dagster")


def unnamed(name: str, sha256: str) -> str:
    """A name that tells of nobody, with the ending of the old one where that is a common one."""
    ending = Path(name).suffix.lower()
    return f"unnamed-{sha256[:16]}{ending if ending in mimetypes.types_map else ''}"


def names_in_register(settings: Settings, connection: duckdb.DuckDBPyConnection, names: list[Name]) -> set[str]:
    """The file names of the register that tell."""
    return {name for name in register.file_names(settings.archive) if screening.in_name(connection, name, names)}


def redact(settings: Settings, connection: duckdb.DuckDBPyConnection, names: list[Name]) -> None:
    """Redact the register's names, the logs, and everything that no contract reads."""
    if revealing := names_in_register(settings, connection, names):
        register.rename(settings.archive, revealing, unnamed)
    for path in list(_paths(settings, READ_BY_ROWS + MADE_ANEW)):
        if path.is_symlink():
            if _has_name(connection, path, names):
                path.unlink()
        elif path.is_dir():
            if screening.in_name(connection, path.name, names):
                path.rename(path.with_name(f"unnamed-{uuid.uuid4().hex[:16]}"))
        elif path.is_file() and not path.relative_to(settings.home).match(DATABASES):
            _redact_file(settings, connection, path, names)


def places_that_mention(
    settings: Settings, connection: duckdb.DuckDBPyConnection, names: list[Name]
) -> Iterator[dict[str, str]]:
    """Where else something tells: the place, below the home, and whether it is the name or the content that does."""
    for path in _paths(settings, READ_BY_ROWS):
        place = os.fsencode(path.relative_to(settings.home)).decode("utf-8", errors="replace")
        if _has_name(connection, path, names):
            yield {"file": place, "by": "its name"}
        if path.is_file() and not path.is_symlink() and screening.in_file(connection, path, names):
            yield {"file": place, "by": "what it holds"}


def _paths(settings: Settings, without: tuple[str, ...]) -> Iterator[Path]:
    """Everything under the home, what a folder holds before the folder, but what lies in these and what waits.

    What waits in landing is read by its contract.
    """
    waits = {settings.landing / source for source in sources()}
    for top in sorted(settings.home.iterdir()):
        if top.name in without:
            continue
        for folder, folders, files in os.walk(top, topdown=False):
            here = Path(folder)
            is_waiting = any(here.is_relative_to(one) for one in waits)
            for name in sorted([*files, *folders]):
                path = here / name
                if not is_waiting or path.is_symlink() or path.is_dir():
                    yield path
        yield top


def _has_name(connection: duckdb.DuckDBPyConnection, path: Path, names: list[Name]) -> bool:
    target = f" {path.readlink()}" if path.is_symlink() else ""
    return screening.in_name(connection, path.name + target, names)


def _redact_file(settings: Settings, connection: duckdb.DuckDBPyConnection, path: Path, names: list[Name]) -> None:
    if screening.in_name(connection, path.name, names):
        path = path.rename(path.with_name(unnamed(path.name, durable.sha256(path))))
    if not screening.in_file(connection, path, names):
        return
    if str(path.relative_to(settings.home)) in audit.LOGS:
        audit.rewrite(path, lambda entry: redacted(connection, entry, names), "it named an erased child")
        return
    mode = path.stat().st_mode & 0o777
    durable.write_text(path, NOTICE)
    path.chmod(mode)


def redacted(
    connection: duckdb.DuckDBPyConnection, entry: dict[str, object], names: list[Name]
) -> dict[str, Any] | None:
    """An entry of a log in which no text tells; None for one that tells by several texts together."""
    anew = {
        name: _text_for(name, value)
        if isinstance(value, str) and screening.in_content(connection, value.encode(), names)
        else value
        for name, value in entry.items()
    }
    return None if screening.in_content(connection, json.dumps(anew).encode(), names) else anew


def _text_for(field: str, value: str) -> str:
    """A file's name keeps its ending, and nothing of it can be guessed."""
    return unnamed(value, secrets.token_hex(8)) if field in ("file", "file_name") else REMOVED

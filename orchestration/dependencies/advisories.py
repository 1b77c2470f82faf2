"""Holds the lock against published advisories in the OSV format (schema 1), from a file that somebody fetched.

A file is a zip of one JSON file for each advisory, as OSV exports an ecosystem, a folder of such files, or one JSON
file with a list of advisories. Nothing is fetched unless an address is named.
"""

import json
import tempfile
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.request import urlopen

from packaging.utils import canonicalize_name
from packaging.version import InvalidVersion, Version

from orchestration.dependencies.lock import Locked

ECOSYSTEM = "PyPI"
BOUNDS = ("introduced", "fixed", "last_affected")
TIMEOUT = 60


@dataclass(frozen=True)
class Advisory:
    """An advisory that speaks of a package of the lock; `fixed` are the versions that it says are mended."""

    id: str
    aliases: tuple[str, ...]
    summary: str
    package: Locked
    fixed: tuple[str, ...]


@dataclass(frozen=True)
class Audited:
    """What was found: advisories against the lock, how many were read, the day (UTC) of the newest among them."""

    found: list[Advisory]
    read: int
    newest: datetime


def audit(locked: list[Locked], source: str) -> Audited:
    """Hold every package against the advisories of a file, a folder, or an address that begins with https://.

    Raises LookupError when there are no advisories in it, ValueError when it is not in the OSV format, OSError when it
    cannot be read or fetched.
    """
    if source.startswith("https://"):
        with tempfile.TemporaryDirectory() as folder, urlopen(source, timeout=TIMEOUT) as answer:
            fetched = Path(folder) / "advisories.zip"
            fetched.write_bytes(answer.read())
            return _audit(locked, fetched)
    return _audit(locked, Path(source))


def _audit(locked: list[Locked], path: Path) -> Audited:
    by_name: dict[str, list[Locked]] = {}
    for package in locked:
        by_name.setdefault(package.name, []).append(package)
    found: list[Advisory] = []
    times: list[datetime] = []
    try:
        for record in _records(path):
            times.append(datetime.fromisoformat(record["modified"]))
            if "withdrawn" not in record:
                found.extend(_against(record, by_name))
    except (KeyError, TypeError, AttributeError, ValueError) as problem:
        raise ValueError(f"{path} is not in the OSV format ({type(problem).__name__}: {problem}).") from None
    if not times:
        raise LookupError(f"{path} holds no advisories: it proves nothing.")
    return Audited(sorted(found, key=lambda one: (one.package.name, one.id)), len(times), max(times))


def _records(path: Path) -> Iterator[dict[str, Any]]:
    if path.is_dir():
        for file in sorted(path.rglob("*.json")):
            yield json.loads(file.read_bytes())
    elif zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            for name in archive.namelist():
                if name.endswith(".json"):
                    yield json.loads(archive.read(name))
    else:
        yield from json.loads(path.read_bytes())


def _against(record: dict[str, Any], by_name: dict[str, list[Locked]]) -> Iterator[Advisory]:
    affected_packages = set()
    for affected in record.get("affected", ()):
        of = affected.get("package", {})
        if of.get("ecosystem") != ECOSYSTEM:
            continue
        for package in by_name.get(canonicalize_name(of["name"]), ()):
            if package not in affected_packages and _is_affected(package.version, affected):
                affected_packages.add(package)
                fixed = tuple(event["fixed"] for events in _ranges(affected) for event in events if "fixed" in event)
                yield Advisory(
                    record["id"], tuple(record.get("aliases", ())), record.get("summary", ""), package, fixed
                )


def _ranges(affected: dict[str, Any]) -> list[list[dict[str, Any]]]:
    return [one["events"] for one in affected.get("ranges", ()) if one["type"] == "ECOSYSTEM"]


def _is_affected(version: str, affected: dict[str, Any]) -> bool:
    """Whether a version is listed, or lies in one of the ranges: from `introduced` until before `fixed`, or up to
    `last_affected`. A range that cannot be compared with a version is told of, for a person to judge.
    """
    if version in affected.get("versions", ()):
        return True
    try:
        return any(_is_within(Version(version), events) for events in _ranges(affected))
    except InvalidVersion:
        return True


def _is_within(version: Version, events: list[dict[str, Any]]) -> bool:
    bounds = [(_at(at), kind) for event in events for kind, at in event.items() if kind in BOUNDS]
    is_within = False
    for at, kind in sorted(bounds):
        if kind == "introduced" and version >= at:
            is_within = True
        elif (kind == "fixed" and version >= at) or (kind == "last_affected" and version > at):
            is_within = False
    return is_within


def _at(version: str) -> Version:
    """The format's 0 is before every version."""
    return Version("0.dev0" if version == "0" else version)

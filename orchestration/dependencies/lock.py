"""Reads requirements.lock: every package that may be installed, its version, and the hashes of its files."""

from dataclasses import dataclass
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from orchestration.settings import PROJECT

LOCK = PROJECT / "requirements.lock"
HASH = "--hash=sha256:"


@dataclass(frozen=True)
class Locked:
    """One line of the lock: a package in one version. `marker` says on which machines, empty on all; `sha256` are those
    of the files that the version may be installed from.
    """

    name: str
    version: str
    marker: str
    sha256: tuple[str, ...]


def read(path: Path = LOCK) -> list[Locked]:
    """Every package of the lock, in its order. Raises ValueError for a line that fixes no version."""
    lines = path.read_text(encoding="utf-8").replace("\\\n", " ").splitlines()
    return [_locked(line) for line in lines if line.strip() and not line.lstrip().startswith("#")]


def _locked(line: str) -> Locked:
    wanted, *hashes = line.split(HASH)
    requirement = Requirement(wanted.strip())
    fixed = next((one.version for one in requirement.specifier if one.operator == "=="), None)
    if fixed is None:
        raise ValueError(f"{requirement.name} stands in the lock without one version; compile it anew: make lock")
    marker = str(requirement.marker or "")
    return Locked(canonicalize_name(requirement.name), fixed, marker, tuple(one.strip() for one in hashes))

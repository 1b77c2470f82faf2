"""A council's folder laid over the seeds and contracts of this checkout: what it may say, and what comes of it.

EARLYHELP_COUNCIL names the folder; without it, or with an empty one, everything is as in the checkout.

    council.yml                        name and version: whose folder it is, and which state of it
    seeds/<seed>.csv                   rows that differ: the key, the columns that differ, owner and reason
    contracts/<source>/<version>.yml   what differs of a contract, or a contract of its own; owner and reason

How a row meets the defaults, `laid_over` alone says: one of the same key (what the seed's .yml declares unique) takes
the place of the cells that its file has columns for, one of a new key is added, and one that says `remove` in the
column `change` takes the row away. A process is of one council: what was laid over is kept while it lives.
"""

import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from expectations.council import claims, reading, seed
from expectations.council.problem import CouncilError, Line, Problem
from expectations.council.reading import CONTRACTS, Overlay
from expectations.council.seed import PROJECT, SEEDS, Row, Seed

VARIABLE = "EARLYHELP_COUNCIL"
LAID = PROJECT / "target" / "council"
"""Where folders that were laid over the defaults are kept, by their content."""
ADD_UP = ("ignored", "aliases")
"""Lists of a contract to which a council adds; versions of a contract replace aliases."""


@dataclass(frozen=True)
class Council:
    """A folder that says something: whose it is, its version, and sha256 over the files of it that count."""

    folder: Path
    name: str
    version: str
    sha256: str


def seeds() -> Path:
    """The folder of the seeds that hold here. Raises CouncilError when the council's folder cannot be laid over."""
    return _laid() / "reference" if council() else SEEDS


def contracts() -> Path:
    """The folder of the contracts that hold here. Raises CouncilError as `seeds` does."""
    return _laid() / "contracts" if council() else CONTRACTS


@cache
def council() -> Council | None:
    """The council whose folder EARLYHELP_COUNCIL names; None without one, or where it holds nothing."""
    return found(Path(named).expanduser().resolve()) if (named := os.environ.get(VARIABLE)) else None


def found(folder: Path) -> Council | None:
    """The council of a folder, None of an empty one. Raises CouncilError when it is no council's folder."""
    if not folder.is_dir():
        raise CouncilError([Problem(str(folder), None, None, "it is no folder", f"Correct {VARIABLE}")])
    files = sorted(reading.files(folder))
    if not files:
        return None
    about = folder / "council.yml"
    lines = reading.mapping(about) if about.exists() else {}
    missing = [name for name in ("name", "version") if not (isinstance(lines, dict) and lines.get(name))]
    if missing:
        remedy = "Write them there: whose folder it is, and a version that every change of it raises"
        raise CouncilError([Problem("council.yml", None, None, f"there is no {' and no '.join(missing)}", remedy)])
    return Council(folder, str(lines["name"]), str(lines["version"]), _digest(folder, files))


def look(folder: Path) -> Overlay:
    """What a council's folder says, with all that is wrong with it."""
    overlay = reading.read(folder)
    if not overlay.problems:
        overlay.problems.extend(claims.broken(overlay.lines, {name: rows(overlay, name) for name in seed.names()}))
    return overlay


def rows(overlay: Overlay, name: str) -> list[Row]:
    """The rows of a seed with what a council says of it."""
    return laid_over(seed.named(name), seed.rows(SEEDS / f"{name}.csv"), overlay.lines.get(name, []))


def laid_over(of: Seed, defaults: Iterable[Row], lines: Iterable[Line]) -> list[Row]:
    """The rules of how a council's rows meet those of the defaults, whose order stays; new rows follow."""
    found = {of.key_of(row): row for row in defaults}
    for line in lines:
        key = of.key_of(line.cells)
        if line.is_removal:
            found.pop(key, None)
        else:
            found[key] = found.get(key, {}) | {name: cell for name, cell in line.cells.items() if name in of.types}
    return list(found.values())


def merged(base: dict[str, Any], differences: dict[str, Any], add_up: Iterable[str] = ("ignored",)) -> dict[str, Any]:
    """Differences of a contract laid over a base: mappings merge, lists called as in `add_up` add up, null removes,
    anything else replaces."""
    result = dict(base)
    for name, value in differences.items():
        if value is None:
            result.pop(name, None)
        elif isinstance(value, dict) and isinstance(result.get(name), dict):
            result[name] = merged(result[name], value, add_up)
        elif name in add_up:
            result[name] = [*result.get(name, []), *value]
        else:
            result[name] = value
    return result


@cache
def _laid() -> Path:
    """The council's folder laid over the defaults, whole: made once for each state of both."""
    of = council()
    assert of is not None
    return lay(of.folder)


def lay(folder: Path) -> Path:
    """Lay a council's folder over the defaults: a folder with `reference` and `contracts`, to be read alone.

    Raises CouncilError when anything is wrong with it.
    """
    ours = [*SEEDS.glob("*"), *CONTRACTS.rglob("*.yml"), *Path(__file__).parent.glob("*.py")]
    place = LAID / _digest(PROJECT, [*ours, *reading.files(folder)])[:16]
    if place.exists():
        return place
    overlay = look(folder)
    if overlay.problems:
        raise CouncilError(overlay.problems)
    LAID.mkdir(parents=True, exist_ok=True)
    draft = Path(tempfile.mkdtemp(dir=LAID, prefix="."))
    shutil.copytree(SEEDS, draft / "reference", ignore=shutil.ignore_patterns("*.yml"))
    shutil.copytree(CONTRACTS, draft / "contracts")
    for name in overlay.lines:
        seed.write(draft / "reference" / f"{name}.csv", seed.named(name), rows(overlay, name))
    for name, (differs, _) in overlay.contracts.items():
        path = draft / "contracts" / f"{name}.yml"
        # Laid over what the contract extends as well: expectations/contract/model.py.
        document, before = ({"council": differs}, path.read_text("utf-8") + "\n") if path.exists() else (differs, "")
        path.write_text(before + yaml.safe_dump(document, sort_keys=False, allow_unicode=True), "utf-8")
    if wrong := _wrong_contract(draft):
        shutil.rmtree(draft)
        raise CouncilError([wrong])
    try:
        draft.rename(place)
    except OSError:  # somebody else was quicker, with the same content
        shutil.rmtree(draft)
    return place


def _wrong_contract(draft: Path) -> Problem | None:
    # Only here: contracts are read of what is laid over.
    from expectations.contract.model import ContractError, load_contracts

    try:
        load_contracts(draft / "contracts")
    except ContractError as wrong:
        remedy = "Write it as expectations/contracts/README.md says"
        return Problem("contracts", None, None, str(wrong).replace(f"{draft}/contracts/", ""), remedy)
    return None


def _digest(root: Path, files: Iterable[Path]) -> str:
    digest = hashlib.sha256()
    for path in sorted(files):
        digest.update(os.path.relpath(path, root).encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()

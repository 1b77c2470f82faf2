"""Fingerprints of what a release is made of, so that a run that would change nothing can say so."""

import hashlib
import json
from collections.abc import Iterable, Iterator
from pathlib import Path

from expectations.council import overlay
from orchestration.build import database
from orchestration.build.engine import one_row
from orchestration.build.import_graph import reachable_files
from orchestration.build.journal import withdrawals_of
from orchestration.home import audit, restrictions
from orchestration.home.decisions import log_of
from orchestration.settings import PROJECT, Settings

DBT = ("models", "seeds", "macros", "snapshots", "dbt_project.yml", "profiles.yml")
STEPS = tuple(f"orchestration/defs/{step}.py" for step in ("landing", "warehouse", "release"))
"""What a build does, from files to a release; Python models of dbt beside them."""


def code() -> str:
    """sha256 over every file that decides what a build yields; those of the council's folder beside the project's."""
    ours, council = _digest(decisive()), overlay.council()
    return hashlib.sha256(f"{ours} {council.sha256}".encode()).hexdigest() if council else ours


def decisive() -> set[Path]:
    """The files that decide what a build yields: dbt's project, and of our Python what its steps reach."""
    project = set(_below(DBT))
    return project | reachable_files({*(PROJECT / step for step in STEPS), *(p for p in project if p.suffix == ".py")})


def reached(path: Path) -> str:
    """sha256 over a Python file and what it imports of the project."""
    return _digest(reachable_files({path}))


def files(names: Iterable[str]) -> str:
    """sha256 over the names and bytes of files of the project, and of those below folders of it."""
    return _digest(_below(names))


def _below(names: Iterable[str]) -> Iterator[Path]:
    for name in names:
        root = PROJECT / name
        for path in [root] if root.is_file() else root.rglob("*"):
            if path.is_file() and "__pycache__" not in path.parts:
                yield path


def _digest(paths: Iterable[Path]) -> str:
    digest = hashlib.sha256()
    for path in sorted(paths):
        digest.update(str(path.relative_to(PROJECT)).encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def inputs(settings: Settings) -> str:
    """sha256 over what the build is made of: the deliveries in force, in whatever order they came, what reviewers
    decided, who is restricted, and which releases were withdrawn."""
    logs = (log_of(settings), restrictions.log_of(settings), withdrawals_of(settings))
    decided = [audit.read(log) for log in logs]
    return hashlib.sha256(f"{_deliveries(settings)}{json.dumps(decided)}".encode()).hexdigest()


def _deliveries(settings: Settings) -> str:
    with database.connect(settings, read_only=True) as connection:
        (found,) = one_row(
            connection.execute(
                "select sha256(coalesce(string_agg(distinct delivery_id, ',' order by delivery_id), '')) "
                "from ops.delivery_in_force"
            )
        )
    return str(found)

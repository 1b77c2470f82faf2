"""No child's identity leaves the build and the archive: not by a log, an artefact, a report or a run's history."""

import os
import subprocess
import sys
from pathlib import Path

from orchestration.home import modes
from orchestration.settings import Settings
from tests.support.needles import holding
from tests.support.warehouse import PROJECT, WATCHED, Warehouse

TOLD = ("logs", "quarantine", "releases")


def _identities(warehouse: Warehouse) -> set[str]:
    rows = warehouse.inside("select upn, forename, surname from read_csv('{truth}/children.csv', all_varchar = true)")
    return {upn for upn, _, _ in rows if upn} | {f"{forename} {surname}" for _, forename, surname in rows}


def test_no_identity_is_in_any_log_artefact_report_or_history(dirty: Warehouse) -> None:
    identities = _identities(dirty)
    assert len(identities) > 400
    places = [dirty.home / name for name in TOLD]
    assert all(any(place.iterdir()) for place in places)
    assert holding(identities, *places, PROJECT / "target") == []


def test_the_same_search_finds_identities_where_they_belong(dirty: Warehouse) -> None:
    archived = b"".join(path.read_bytes() for path in (dirty.home / "archive").iterdir() if path.is_file())
    assert sum(identity.encode() in archived for identity in _identities(dirty)) > 200
    assert len(holding(_identities(dirty), dirty.home / "archive")) > 50


def test_nothing_is_left_in_landing_and_no_spilled_rows_on_disk(dirty: Warehouse) -> None:
    assert not [path for path in (dirty.home / "landing").rglob("*") if path.is_file()]
    assert not [path for path in (dirty.home / "build").rglob("*") if path.suffix in {".tmp", ".wal"}]


def test_checks_and_rejections_that_are_released_hold_no_identity(dirty: Warehouse) -> None:
    told = " ".join(
        str(row)
        for table in ("ops.check_result", "ops.rejection", "ops.delivery", "ops.delivery_event")
        for row in dirty.release(f"select * from {table}")
    )
    assert not [identity for identity in _identities(dirty) if identity in told]


def test_no_place_is_open_to_another_account(dirty: Warehouse) -> None:
    """The home was made by commands that were started under umask 000."""
    assert list(modes.findings(Settings(home=dirty.home))) == []


def test_a_build_talks_to_nobody(dirty: Warehouse) -> None:
    assert not dirty.hosts.exists(), f"asked for {sorted(set(dirty.hosts.read_text().split()))}"


def test_whoever_is_talked_to_would_be_noted(tmp_path: Path) -> None:
    """A process started by a process that is watched, as dbt is by a build."""
    asks = "import socket; socket.getaddrinfo('localhost', 80)"
    starts = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {asks!r}], check=True)"
    noted = {"PYTHONPATH": str(WATCHED), "EARLYHELP_TEST_HOSTS": str(tmp_path / "hosts")}
    subprocess.run([sys.executable, "-c", starts], env={**os.environ, **noted}, check=True)
    assert (tmp_path / "hosts").read_text() == "localhost\n"

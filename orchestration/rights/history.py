"""Forgets what Dagster remembers of runs: their events and logs, and which files its sensor saw.

All of it goes, as logs of runs do: what a run did is kept in `ops` of every release. Schedules and sensors stay on, or
off, as they were.
"""

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

from orchestration.settings import Settings


def folder_of(settings: Settings) -> Path:
    return settings.home / "dagster"


def forget(settings: Settings) -> None:
    """Wipe Dagster's history under the home, where there is one; no page of its databases keeps what was wiped.

    Raises RuntimeError where Dagster is at work and holds it.
    """
    folder = folder_of(settings)
    if not folder.exists():
        return
    from sqlalchemy.exc import OperationalError

    try:
        _wipe(folder)
    except (sqlite3.OperationalError, OperationalError):
        raise RuntimeError(
            f"Dagster is at work and holds its history in {folder}, which may name the child. Stop it and run "
            "`earlyhelp erase --yes`, which finishes what was begun."
        ) from None


def _wipe(folder: Path) -> None:
    import dagster as dg

    with dg.DagsterInstance.from_config(str(folder)) as instance:
        instance.wipe()
        states = instance.all_instigator_state()
        if instance.schedule_storage:
            instance.schedule_storage.wipe()
        for state in states:
            seen = state.sensor_instigator_data
            # A sensor's cursor names the files that it saw.
            forgotten = state.with_data(seen._replace(cursor=None, last_run_key=None)) if seen else state
            instance.add_instigator_state(forgotten)
    shutil.rmtree(folder / "storage", ignore_errors=True)
    for database in folder.rglob("*.db"):
        with closing(sqlite3.connect(database)) as connection:
            connection.execute("vacuum")

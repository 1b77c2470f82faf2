"""Writes the journal of the dashboard as an extract of a source like any other, for landing and for the case system."""

import json
import shutil
from dataclasses import asdict
from datetime import date
from pathlib import Path

import duckdb

from orchestration.build import database
from orchestration.build.engine import quoted
from orchestration.deliveries import landing, register
from orchestration.home import durable, entries, invented
from orchestration.settings import Settings

SOURCE = "dashboard"
ROWS = Path(__file__).with_name("extract.sql")
SEALED = 0o400


def hand_over(settings: Settings, as_of: date) -> Path | None:
    """Lay all that was entered into landing/dashboard/, as an extract of a day, unless it was taken in as it is.

    Returns where it lies. The build before says which UPN is behind a child's key and which reference behind a
    response's; without one nothing can have been entered.
    """
    if not entries.log_of(settings).exists() or not settings.build_file.exists():
        return None
    folder = settings.landing / SOURCE
    draft = landing.draft(folder)
    try:
        file = draft / f"{SOURCE}_response_events_{as_of:%Y-%m-%d}.csv"
        with database.connect(settings, read_only=True) as connection:
            is_known = database.holds(connection, "intermediate.int_response_events_logged")
            if not is_known or not write(settings, connection, file):
                return None
            files = connection.execute("select sha256 from ops.delivery").fetchall()
        digest = durable.sha256(file)
        if _is_taken_in(settings, digest) or _waits(folder, digest):
            return None
        # What was entered about children whom nobody is, is nobody's either.
        if invented.are_all(settings, (sha256 for (sha256,) in files)):
            invented.record_made(settings, [digest])
        file.chmod(SEALED)
        durable.sync(file)
        return landing.put(file, folder, file.name)
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def write(settings: Settings, connection: duckdb.DuckDBPyConnection, file: Path) -> int:
    """Write the events as CSV, in the case system's columns; returns how many there are, and writes none of none."""
    lines = [asdict(event) for event in entries.Journal(settings).events]
    if lines:
        connection.execute(
            f"copy ({ROWS.read_text()}) to '{quoted(file)}' (format csv, header)", {"entries": json.dumps(lines)}
        )
    return len(lines)


def _is_taken_in(settings: Settings, digest: str) -> bool:
    """Whether the newest extract of the dashboard that came has these bytes."""
    came = [entry.sha256 for entry in register.entries(settings.archive) if entry.source == SOURCE]
    return bool(came) and came[-1] == digest


def _waits(folder: Path, digest: str) -> bool:
    return any(durable.sha256(file) == digest for file in landing.files(folder))

"""Writes the journal of the dashboard as an extract of a source like any other, for landing and for the case system."""

import json
import shutil
from dataclasses import asdict
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb

from orchestration.build import database
from orchestration.build.engine import one_row, quoted
from orchestration.deliveries import landing, register
from orchestration.home import disclosures, durable, entries, invented
from orchestration.settings import Settings

SOURCE = "dashboard"
ROWS = Path(__file__).with_name("extract.sql")
SEALED = 0o400
LOGGED = "intermediate.int_response_events_logged"

CASE_SYSTEM = (
    "event_id",
    "response_id",
    "upn",
    "birth_date",
    "school_id",
    "event_kind",
    "event_date",
    "recorded_at",
    "response_code",
    "status_code",
    "current_progress",
    "overall_progress",
    "review_due_date",
    "corrects_event_id",
)
"""The columns of the contract of `responses`: what the case system knows of an event."""


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
            is_known = database.holds(connection, LOGGED)
            if not is_known or not write(settings, connection, file):
                return None
            files = connection.execute("select sha256 from ops.delivery").fetchall()
        digest = durable.sha256(file)
        if _is_taken_in(settings, file.name, digest) or _waits(folder, digest):
            return None
        invented.pass_on(settings, (sha256 for (sha256,) in files), [file])
        file.chmod(SEALED)
        durable.sync(file)
        return landing.put(file, folder, file.name)
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def write(
    settings: Settings, connection: duckdb.DuckDBPyConnection, file: Path, chosen: str = "from rows", after: str = ""
) -> int:
    """Write events as CSV, those that a query of `rows` chooses; how many the journal has, of none no file."""
    lines = [asdict(event) for event in entries.Journal(settings).events]
    if lines:
        given = {"entries": json.dumps(lines)} | ({"after": after} if "$after" in chosen else {})
        connection.execute(
            f"copy (with rows as ({ROWS.read_text()}) {chosen} order by event_id) "
            f"to '{quoted(file)}' (format csv, header)",
            given,
        )
    return len(lines)


def export(settings: Settings, out: Path, after: str, reason: str) -> tuple[int, str]:
    """Write the events after one of them for the case system, and log it; how many, and the id of the last.

    Raises FileExistsError rather than write over a file, LookupError where there is no build that knows children.
    """
    if out.exists():
        raise FileExistsError(f"{out} is there already; name a new file.")
    if not settings.build_file.exists():
        raise LookupError(database.no_build(settings))
    with TemporaryDirectory(dir=settings.home) as folder, database.connect(settings, read_only=True) as connection:
        if not database.holds(connection, LOGGED):
            raise LookupError(database.OLDER_BUILD)
        file = Path(folder) / "entries.csv"
        if not write(
            settings, connection, file, f"select {', '.join(CASE_SYSTEM)} from rows where event_id > $after", after
        ):
            return 0, after
        rows, children, last = one_row(
            connection.execute(
                "select count(*), count(distinct upn), max(event_id) "
                "from read_csv($file, header = true, all_varchar = true)",
                {"file": str(file)},
            )
        )
        if rows:
            durable.write_bytes(out, file.read_bytes(), mode=0o600)
            made = disclosures.Disclosure("export", "case system", str(out), children, reason)
            disclosures.record(settings, [made])
    return int(rows), str(last or after)


def _is_taken_in(settings: Settings, name: str, digest: str) -> bool:
    """Whether the extract of the latest day that came has these bytes, or is of a later day than this one's.

    A build that looks back takes in nothing: as an extract of that day it would never be in force on a later one.
    """
    came = [(entry.file_name, entry.sha256) for entry in register.entries(settings.archive) if entry.source == SOURCE]
    # Names differ by their days; of those of one day the last that came is in force.
    latest = max((file_name for file_name, _ in came), default="")
    return latest > name or [sha256 for file_name, sha256 in came if file_name == latest][-1:] == [digest]


def _waits(folder: Path, digest: str) -> bool:
    return any(durable.sha256(file) == digest for file in landing.files(folder))

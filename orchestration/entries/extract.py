"""Writes the journal of the dashboard as an extract of a source like any other, for landing and for the case system."""

import json
import shutil
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
from jinja2 import Environment

from orchestration.build import database
from orchestration.build.engine import one_row, quoted
from orchestration.deliveries import completeness, landing, register
from orchestration.home import disclosures, durable, entries, invented, macros
from orchestration.settings import Settings

SOURCE = "dashboard"
TABLES = ("response_events", "huddle_events", "huddle_child_events")
"""The tables of the contract, each with its query beside this file."""
LOGGED = "intermediate.int_huddle_events_logged"
"""What the newest of the builds that entries are handed to have."""

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
TODAYS_CHILDREN = entries.TODAYS_CHILDREN.format(
    bridge="core.brg_earlier_child__child", keys="select child_durable_key from entries"
)
KNOWN = (
    Path(__file__)
    .with_name("known.sql")
    .read_text(encoding="utf-8")
    .replace("/* TODAYS_CHILDREN of home/entries.py */", TODAYS_CHILDREN)
)
"""SQL: the table `entry`, of the journal's lines as $entries."""
EXPORTS = ("responses", "huddles", "reviews")
"""What the case system may get: events of responses, how huddles stand, and what they decided."""


def hand_over(settings: Settings, as_of: date) -> list[Path]:
    """Lay all that was entered into landing/dashboard/, as an extract of a day, what was not taken in as it is.

    Returns where the files lie. The build before says which UPN is behind a child's key and which reference behind a
    response's and a huddle's; without one nothing can have been entered.
    """
    if not entries.log_of(settings).exists() or not settings.build_file.exists():
        return []
    folder = settings.landing / SOURCE
    draft = landing.draft(folder)
    try:
        with database.connect(settings, read_only=True) as connection:
            if not database.holds(connection, LOGGED) or not look_up(settings, connection):
                return []
            written = {table: write(connection, _query(table), draft / f"{table}.csv") for table in TABLES}
            files = connection.execute("select sha256 from ops.delivery").fetchall()
        laid = []
        for table in (table for table, rows in written.items() if rows):
            begin, file = f"{SOURCE}_{table}_", draft / f"{table}.csv"
            name = f"{begin}{as_of:%Y-%m-%d}.csv"
            digest = durable.sha256(file)
            if _is_taken_in(settings, begin, name, digest) or _waits(folder, digest):
                continue
            invented.pass_on(settings, (sha256 for (sha256,) in files), [file])
            file.chmod(completeness.SEALED)
            durable.sync(file)
            laid.append(landing.put(file, folder, name))
        return laid
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def look_up(settings: Settings, connection: duckdb.DuckDBPyConnection) -> int:
    """Make the table `entry` of the journal's lines, with what they are known by outside; how many there are."""
    lines = [entries.without_words(event) for event in entries.Journal(settings).events]
    if lines:
        connection.execute(KNOWN, {"entries": json.dumps(lines)})
    return len(lines)


def write(connection: duckdb.DuckDBPyConnection, query: str, file: Path, **given: str) -> int:
    """Write the rows of a query on `entry` as CSV; how many."""
    (rows,) = one_row(connection.execute(f"copy ({query}) to '{quoted(file)}' (format csv, header)", given))
    return int(rows)


def _query(table: str) -> str:
    """The query of a file beside this one; how a log of huddles is summed up stands in a macro of the models."""
    sql = Path(__file__).with_name(f"{table}.sql").read_text(encoding="utf-8")
    return Environment().from_string(sql).render(huddles=macros.rendered("huddles"))


def export(settings: Settings, what: str, out: Path, after: str, reason: str) -> tuple[int, str]:
    """Write `what` of EXPORTS for the case system, of responses the events after one of them, and log it.

    Returns how many rows, and the id of the last event of the journal that they tell of. Raises FileExistsError rather
    than write over a file, LookupError where there is no build that knows children.
    """
    if out.exists():
        raise FileExistsError(f"{out} is there already; name a new file.")
    if not settings.build_file.exists():
        raise LookupError(database.no_build(settings))
    with TemporaryDirectory(dir=settings.home) as folder, database.connect(settings, read_only=True) as connection:
        if not database.holds(connection, LOGGED):
            raise LookupError(database.OLDER_BUILD)
        if not look_up(settings, connection):
            return 0, after
        file = Path(folder) / "entries.csv"
        if what == "responses":
            columns = ", ".join(CASE_SYSTEM)
            chosen = f"select {columns} from ({_query('response_events')}) where event_id > $after order by event_id"
            rows = write(connection, chosen, file, after=after)
        else:
            rows = write(connection, _query(what), file)
        if not rows:
            return 0, after
        (last,) = one_row(connection.execute("select max(event_id) from entry"))
        upn = "count(distinct upn)" if what != "huddles" else "0"
        read = f"select {upn} from read_csv('{quoted(file)}', header = true, all_varchar = true)"
        (children,) = one_row(connection.execute(read))
        durable.write_bytes(out, file.read_bytes(), mode=0o600)
        made = disclosures.Disclosure("export", "case system", str(out), int(children), reason)
        disclosures.record(settings, [made])
    return rows, str(last)


def _is_taken_in(settings: Settings, begin: str, name: str, digest: str) -> bool:
    """Whether of the extracts whose names begin so that of the latest day has these bytes, or is of a later day.

    A build that looks back takes in nothing: as an extract of that day it would never be in force on a later one.
    """
    came = [
        (entry.file_name, entry.sha256)
        for entry in register.entries(settings.archive)
        if entry.source == SOURCE and entry.file_name.startswith(begin)
    ]
    # Names differ by their days; of those of one day the last that came is in force.
    latest = max((file_name for file_name, _ in came), default="")
    return latest > name or [sha256 for file_name, sha256 in came if file_name == latest][-1:] == [digest]


def _waits(folder: Path, digest: str) -> bool:
    return any(durable.sha256(file) == digest for file in landing.files(folder))

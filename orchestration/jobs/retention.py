"""What may no longer be kept, by the dated rules of ref_retention_rule, and its removal.

Days are counted to an as-of day that is passed in: no rule reads the clock. Children, files, statements and what users
were shown go by way of an erasure, so that releases, archive, build, journal and the heads of logs agree; releases,
reports, logs of runs, tickets and trainings are simply removed.
"""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path

import duckdb

from expectations.council import overlay
from orchestration import releases
from orchestration.deliveries import register
from orchestration.home import as_of as calendar
from orchestration.home import audit, logs, page_views, small_database, tickets, trainings
from orchestration.home.disclosures import Disclosure, record
from orchestration.home.lock import build_lock
from orchestration.home.tickets import Tickets
from orchestration.home.trainings import Trainings
from orchestration.jobs import erase
from orchestration.releases import store
from orchestration.rights import identifiers, subject, traces
from orchestration.rights.workspace import workspace
from orchestration.settings import Settings

IN_FORCE = """
    select rule_id, thing, counted_from, minimum_age_years, reason,
        cast($day - to_years(coalesce(keep_years, 0)) - to_days(coalesce(keep_days, 0)) as date) as last_day
    from read_csv($rules, header = true, types = {
        'valid_from_date': 'date', 'valid_to_date': 'date', 'keep_years': 'integer', 'keep_days': 'integer',
        'minimum_age_years': 'integer'
    })
    where valid_from_date <= $day and $day < valid_to_date
"""


@dataclass(frozen=True)
class Due:
    """What a rule says goes: all that is of a day before `last_day`, by name, and the day of the oldest."""

    rule_id: str
    thing: str
    counted_from: str
    minimum_age_years: int | None
    reason: str
    last_day: date
    names: tuple[str, ...] = ()
    oldest: date | None = None


def rules() -> Path:
    """The file of the rules that hold here."""
    return overlay.seeds() / "ref_retention_rule.csv"


def due(settings: Settings, as_of: date) -> list[Due]:
    """What goes by each rule that holds on a day. Changes nothing. Raises LookupError when there is no build."""
    with build_lock(settings), workspace(settings, with_build=True) as connection:
        rows = connection.execute(IN_FORCE, {"day": as_of, "rules": str(rules())}).fetchall()
        return [_found(settings, connection, Due(*row), as_of) for row in rows]


def purge(settings: Settings, as_of: date, found: list[Due]) -> erase.Erased | None:
    """Remove what `due` found; the erasure that it took, if any. One line for each rule goes to the log.

    Whoever calls holds the build since `due`, so that what was found is what is there.
    """
    children = sorted({name for one in found if one.thing == "child" for name in one.names})
    files = frozenset(name for one in found if one.thing in OF_THE_ARCHIVE for name in one.names)
    statements = [one.last_day for one in found if one.thing == "statement" and one.names]
    views = [one.last_day for one in found if one.thing == "page_view" and one.names]
    done = None
    if children or files or statements or views:
        done = erase.erase(
            settings,
            (lambda connection: subject.of_keys(connection, children)) if children else None,
            "retention: " + ", ".join(one.rule_id for one in found if one.names),
            action="retention",
            too_old=traces.TooOld(files, max(statements, default=None), max(views, default=None)),
        )
    for one in found:
        if one.thing in REMOVED_BY:
            for name in one.names:
                REMOVED_BY[one.thing](settings, name)
    record(
        settings,
        [
            Disclosure(
                action="retention",
                audience="none",
                file="",
                children_count=len(one.names) if one.thing == "child" else None,
                reason=f"{one.rule_id}, as of {as_of}: {len(one.names)} {one.thing}. {one.reason}",
                release_id=done.release_id if done else None,
            )
            for one in found
            if one.names
        ],
    )
    return done


def _found(settings: Settings, connection: duckdb.DuckDBPyConnection, rule: Due, as_of: date) -> Due:
    """The rule with what falls under it. What is as old as the rule allows, to the day, stays until the next."""
    if rule.thing == "child":
        dated = _children(connection, rule, as_of)
    elif rule.thing == "statement":
        dated = _statements(settings, connection, rule)
    else:
        dated = [(name, day) for name, day in DATED[rule.thing](settings, connection) if day < rule.last_day]
    days = [day for _, day in dated]
    return replace(rule, names=tuple(name for name, _ in dated), oldest=min(days, default=None))


def _children(connection: duckdb.DuckDBPyConnection, rule: Due, as_of: date) -> list[tuple[str, date]]:
    if rule.counted_from not in ("birth_date", "last_seen_date"):
        raise ValueError(f"ref_retention_rule counts a child by {rule.counted_from}; it knows no such day.")
    return connection.execute(
        f"""
        select distinct child_durable_key, {rule.counted_from}
        from build.core.dim_child
        inner join build.core.dim_child_identity using (child_durable_key)
        where {rule.counted_from} < $last_day
            and ($age is null or coalesce(birth_date <= $day - to_years($age), false))
        order by all
        """,
        {"last_day": rule.last_day, "day": as_of, "age": rule.minimum_age_years},
    ).fetchall()


def _statements(settings: Settings, connection: duckdb.DuckDBPyConnection, rule: Due) -> list[tuple[str, date]]:
    return [
        row
        for table in sorted(traces.snapshots(settings))
        for row in connection.execute(
            f"select statement_id, cast(said_to_at as date) from ({traces.ended_statements(settings, table)})",
            {"day": rule.last_day},
        ).fetchall()
    ]


def _archive_files(settings: Settings, connection: duckdb.DuckDBPyConnection) -> list[tuple[str, date]]:
    """Files that tell of children, by the day they speak of; where none is known, by the day they came."""
    known = dict(
        connection.execute(
            "select sha256, coalesce(extract_date, cast(received_at as date)) from build.ops.delivery"
        ).fetchall()
    )
    # Lists of areas, schools and staff stay: the newest is in use, however old it is.
    of_children = {table.split("__")[0] for table in identifiers.raw_tables()}
    return [
        (entry.sha256, known.get(entry.sha256, entry.received.date()))
        for entry in register.entries(settings.archive)
        if entry.source in of_children
    ]


def _police_files(settings: Settings, connection: duckdb.DuckDBPyConnection) -> list[tuple[str, date]]:
    """Files of the police among them, which are kept for less long."""
    own = {entry.sha256 for entry in register.entries(settings.archive) if entry.source == "police_notifications"}
    return [(name, day) for name, day in _archive_files(settings, connection) if name in own]


def _page_views(settings: Settings, connection: duckdb.DuckDBPyConnection) -> Iterator[tuple[str, date]]:
    for number, line in enumerate(audit.read(page_views.log_of(settings)), start=1):
        yield f"line {number}", page_views.day_of(line)


def _releases(settings: Settings, connection: duckdb.DuckDBPyConnection) -> list[tuple[str, date]]:
    in_force = releases.in_force(settings)
    return [
        (release.release_id, datetime.fromisoformat(release.manifest["published_at"]).date())
        for release in releases.on_disk(settings)
        if in_force is None or release.folder != in_force.folder
    ]


def _reports(settings: Settings, connection: duckdb.DuckDBPyConnection) -> Iterator[tuple[str, date]]:
    received = {entry.sha256[:16]: entry.received.date() for entry in register.entries(settings.archive)}
    for folder in sorted(settings.quarantine.glob("*")):
        yield folder.name, received.get(folder.name.partition(".")[0]) or _written(folder)


def _logs(settings: Settings, connection: duckdb.DuckDBPyConnection) -> Iterator[tuple[str, date]]:
    for path in sorted(logs.folder_of(settings).glob("*")):
        if not path.is_symlink():
            yield path.name, _written(path)


def _tickets(settings: Settings, connection: duckdb.DuckDBPyConnection) -> Iterator[tuple[str, date]]:
    if small_database.exists(settings, tickets.FILE):
        yield from ((str(ticket.number), ticket.last_day) for ticket in Tickets(settings).every())


def _trainings(settings: Settings, connection: duckdb.DuckDBPyConnection) -> Iterator[tuple[str, date]]:
    if small_database.exists(settings, trainings.FILE):
        yield from ((f"{one.user_key} {one.training_code}", one.done_date) for one in Trainings(settings).noted())


def _written(path: Path) -> date:
    return calendar.day_of(path.stat().st_mtime)


def _remove_release(settings: Settings, name: str) -> None:
    for release in store.on_disk(settings):
        if release.release_id == name:
            store.remove(release)


DATED = {
    "archive_file": _archive_files,
    "police_file": _police_files,
    "page_view": _page_views,
    "release": _releases,
    "quarantine_report": _reports,
    "log": _logs,
    "ticket": _tickets,
    "training": _trainings,
}
OF_THE_ARCHIVE = ("archive_file", "police_file")
REMOVED_BY: dict[str, Callable[[Settings, str], object]] = {
    "release": _remove_release,
    "quarantine_report": lambda settings, name: shutil.rmtree(settings.quarantine / name, ignore_errors=True),
    "log": logs.remove,
    "ticket": lambda settings, name: Tickets(settings).drop(int(name)),
    "training": lambda settings, name: Trainings(settings).forget(*name.split(" ")),
}

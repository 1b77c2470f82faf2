"""What releases said, kept for good: a journal beside the releases, of which the build's snapshots are only a copy.

dbt takes its snapshots in the private build, which can be lost, and before anybody knows whether the build will be
published. So every release leaves an entry under EARLYHELP_HOME/knowledge/<release_id>/: the rows of each snapshot that
it began or ended, and its own line. A build that was not published leaves none, and the next one begins with snapshots
made again from the journal. Entries hold pseudonyms and no names; they are written once and never changed, but by an
erasure or retention. A chained log, EARLYHELP_HOME/knowledge.jsonl, has the sha256 of every file of each, in the order
in which releases spoke.

What was said by mistake is withdrawn: a line in EARLYHELP_HOME/knowledge/withdrawals.jsonl names the release, and from
then on its entry is left out, as if it had not been said.
"""

import json
import shutil
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb

from orchestration.build import engine
from orchestration.build.engine import one_row, quoted
from orchestration.home import as_of as calendar
from orchestration.home import audit, durable, provenance
from orchestration.settings import Settings

LINE = "release.json"
SCHEMA = "snapshots"


@dataclass(frozen=True)
class Entry:
    """The line of one release: what it was made of and when it spoke (as-of date, with the time of day in London)."""

    release_id: str
    as_of_date: str
    said_at: str
    version: str
    code_sha256: str
    inputs_sha256: str

    @property
    def moment(self) -> datetime:
        return datetime.fromisoformat(self.said_at)


@dataclass(frozen=True)
class Moment:
    """What the build at hand is about to say: when, and whether it only looks back and says nothing anew."""

    said_at: datetime
    is_look_back: bool


@dataclass(frozen=True)
class Withdrawal:
    """That what a release said does not hold: why, by whom and when (UTC, ISO form). It names no child."""

    release_id: str
    reason: str
    withdrawn_by: str
    withdrawn_at: str


def entries(settings: Settings) -> list[Entry]:
    """Every release that spoke and was not withdrawn, oldest first."""
    gone = withdrawals(settings)
    return [entry for entry in _entries(settings) if entry.release_id not in gone]


def later_release(settings: Settings, as_of: date) -> Entry | None:
    """The release that spoke of a later day than `as_of`, so that a build as of it only looks back; or None."""
    return _later_release(entries(settings), as_of)


def look_back(settings: Settings, as_of: date) -> str | None:
    """Why a build as of a day says nothing new, in a sentence, and what to do about it; None if it does."""
    entry = later_release(settings, as_of)
    if entry is None:
        return None
    return (
        f"The journal has spoken of {entry.moment.date()} (release {entry.release_id}). A build of an earlier day, as "
        f"{as_of}, looks back: it says nothing new. If that day was a mistake: "
        f'earlyhelp withdraw {entry.release_id} --reason "…"'
    )


def withdrawals_of(settings: Settings) -> Path:
    return settings.knowledge / "withdrawals.jsonl"


def withdrawals(settings: Settings) -> dict[str, Withdrawal]:
    """What was withdrawn, by the id of the release."""
    lines = audit.read(withdrawals_of(settings))
    return {found.release_id: found for found in (Withdrawal(**line) for line in lines)}


def check_withdrawal(settings: Settings, release_id: str) -> None:
    """Raise LookupError when a release said nothing, ValueError when another one spoke after it and rests on it."""
    earlier = [entry.release_id for entry in entries(settings)]
    if release_id not in earlier:
        raise LookupError(
            f"The journal has nothing of a release {release_id}. "
            + (f"The last that spoke is {earlier[-1]}." if earlier else "No release has spoken.")
        )
    if later := earlier[earlier.index(release_id) + 1 :]:
        raise ValueError(
            f"What {', '.join(later)} said rests on what {release_id} said: withdraw the last, {later[-1]}, first. "
            "Nothing was changed."
        )


def withdraw(settings: Settings, release_id: str, reason: str) -> Withdrawal:
    """Leave out what a release said from now on; on the disk when this returns. Raises as `check_withdrawal`."""
    check_withdrawal(settings, release_id)
    withdrawal = Withdrawal(release_id, reason, provenance.actor(), provenance.now())
    audit.append(withdrawals_of(settings), [asdict(withdrawal)])
    return withdrawal


def day_of_build(connection: duckdb.DuckDBPyConnection) -> date:
    """The day that the build was made for. Raises LookupError when it was made for none yet."""
    day: date | None
    (day,) = one_row(connection.execute("select max(as_of_date) from ops.build_run"))
    if day is None:
        raise LookupError("The build was made for no day yet: run all of it, `earlyhelp build`.")
    return day


def begin(settings: Settings, connection: duckdb.DuckDBPyConnection, as_of: date, in_force: str | None) -> Moment:
    """Make the build ready to say something as of a day: its snapshots are those of the journal, and nothing more.

    `in_force` is the id of the release in force, by which the draft of a publication that was cut short is judged.
    """
    settle(settings, in_force)
    earlier = entries(settings)
    newest = earlier[-1] if earlier else None
    (in_step,) = one_row(connection.execute("select max(journal_release_id) from ops.build_run"))
    if newest is None or in_step != newest.release_id:
        _restore(settings, connection, earlier)
    connection.execute("delete from ops.earlier_release")
    if earlier:
        rows = [tuple(asdict(entry).values()) for entry in earlier]
        connection.executemany(
            f"insert into ops.earlier_release ({', '.join(asdict(earlier[0]))}) values (?, ?, ?, ?, ?, ?)", rows
        )
    said_at = datetime.combine(as_of, calendar.now().time())
    is_look_back = _later_release(earlier, as_of) is not None
    if newest and not is_look_back:
        said_at = max(said_at, newest.moment + timedelta(seconds=1))
    connection.execute("delete from ops.build_run")
    connection.execute(
        "insert into ops.build_run (as_of_date, said_at, is_look_back) values (?, ?, ?)", [as_of, said_at, is_look_back]
    )
    return Moment(said_at, is_look_back)


def write(settings: Settings, release_row: dict[str, Any]) -> None:
    """Write the draft of the entry of a release that is about to be switched in; `settle` puts it in force."""
    with engine.connect(settings) as connection:
        connection.execute(f"attach '{quoted(settings.build_file)}' as build (read_only)")
        said_at, is_look_back = one_row(connection.execute("select said_at, is_look_back from build.ops.build_run"))
        if is_look_back:
            return
        entry = Entry(said_at=said_at.isoformat(), **{name: str(release_row[name]) for name in _of_release()})
        draft = settings.knowledge / f".{entry.release_id}.part"
        draft.mkdir(parents=True, mode=0o700)
        for table in _tables(connection, "build"):
            path = draft / f"{table}.parquet"
            connection.execute(
                f"copy (select * from build.{SCHEMA}.{table} "
                f"where said_from_at = timestamp '{said_at}' or said_to_at = timestamp '{said_at}') "
                f"to '{quoted(path)}' (format parquet, compression zstd)"
            )
            durable.sync(path)
        durable.write_text(draft / LINE, json.dumps(asdict(entry), indent=2) + "\n")


def settle(settings: Settings, in_force: str | None) -> None:
    """Put the draft of the release in force into the journal; drafts of publications that were cut short go."""
    for draft in settings.knowledge.glob(".*.part"):
        release_id = draft.name.removeprefix(".").removesuffix(".part")
        if release_id == in_force:
            draft.replace(settings.knowledge / release_id)
            durable.sync(settings.knowledge)
        else:
            shutil.rmtree(draft)
    _enter(settings, in_force)


def log_of(settings: Settings) -> Path:
    return settings.home / "knowledge.jsonl"


def enter_anew(settings: Settings) -> None:
    """Let the log have the entries as they are, after an erasure or retention has changed them."""
    audit.rewrite(
        log_of(settings),
        lambda line: line | {"files": _files(settings.knowledge / line["release_id"])},
        "statements of erased children, or that may no longer be kept, were struck",
    )


def problems(settings: Settings) -> Iterator[str]:
    """What in the journal is not as it was written, a sentence each."""
    entered = {line["release_id"]: line["files"] for line in audit.read(log_of(settings))}
    for release_id, files in entered.items():
        folder = settings.knowledge / release_id
        found = _files(folder)
        for name in sorted(files.keys() | found.keys()):
            if files.get(name) != found.get(name):
                yield f"{folder / name} is not as release {release_id} wrote it. Restore it from a copy."
    for line in settings.knowledge.glob(f"[!.]*/{LINE}") if entered else ():
        if line.parent.name not in entered:
            yield f"{line.parent} is not in {log_of(settings)}: no release wrote it. Remove it."


def _enter(settings: Settings, in_force: str | None) -> None:
    """Put the release in force into the log; once, all that spoke before there was one."""
    log = log_of(settings)
    known = {line["release_id"] for line in audit.read(log)}
    new = [
        entry.release_id
        for entry in _entries(settings)
        if entry.release_id not in known and (entry.release_id == in_force or not log.exists())
    ]
    if new:
        audit.append(log, [{"release_id": name, "files": _files(settings.knowledge / name)} for name in new])


def _files(folder: Path) -> dict[str, str]:
    """The sha256 of each file of an entry, by name."""
    return {path.name: durable.sha256(path) for path in sorted(folder.glob("[!.]*"))}


def in_step(settings: Settings, connection: duckdb.DuckDBPyConnection) -> None:
    """Note that the build's snapshots are those of the journal: what was built has been published."""
    earlier = entries(settings)
    connection.execute("update ops.build_run set journal_release_id = ?", [earlier[-1].release_id if earlier else None])


def _entries(settings: Settings) -> list[Entry]:
    lines = [Entry(**json.loads(path.read_text())) for path in settings.knowledge.glob(f"[!.]*/{LINE}")]
    return sorted(lines, key=lambda entry: entry.moment)


def _later_release(earlier: list[Entry], as_of: date) -> Entry | None:
    return earlier[-1] if earlier and as_of < earlier[-1].moment.date() else None


def _restore(settings: Settings, connection: duckdb.DuckDBPyConnection, earlier: list[Entry]) -> None:
    """Make the snapshots from the journal: of each statement, the row that the last entry has of it."""
    connection.execute(f"drop schema if exists {SCHEMA} cascade")
    connection.execute(f"create schema {SCHEMA}")
    connection.execute("delete from ops.node_state where starts_with(unique_id, 'snapshot.')")
    folders = [settings.knowledge / entry.release_id for entry in earlier]
    for table in sorted({path.stem for folder in folders for path in folder.glob("*.parquet")}):
        files = [str(path) for folder in folders if (path := folder / f"{table}.parquet").exists()]
        connection.execute(
            f"""
            create table {SCHEMA}.{table} as
            select * exclude (filename)
            from read_parquet($files, filename = true, union_by_name = true)
            qualify row_number() over (
                partition by statement_id order by list_position($files, filename) desc
            ) = 1
            """,
            {"files": files},
        )


def _of_release() -> list[str]:
    return [name for name in Entry.__dataclass_fields__ if name != "said_at"]


def _tables(connection: duckdb.DuckDBPyConnection, database: str) -> list[str]:
    found = connection.execute(
        "select table_name from duckdb_tables() where database_name = ? and schema_name = ? order by table_name",
        [database, SCHEMA],
    ).fetchall()
    return [name for (name,) in found]

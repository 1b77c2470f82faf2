"""What releases said, kept for good: a journal beside the releases, of which the build's snapshots are only a copy.

dbt takes its snapshots in the private build, which can be lost, and before anybody knows whether the build will be
published. So every release leaves an entry under EARLYHELP_HOME/knowledge/<release_id>/: the rows of each snapshot that
it began or ended, and its own line. A build that was not published leaves none, and the next one begins with snapshots
made again from the journal. Entries hold pseudonyms and no names; they are written once and never changed, but by an
erasure or retention. A chained log, EARLYHELP_HOME/knowledge.jsonl, has the sha256 of every file of each, in the order
in which releases spoke.
"""

import json
import shutil
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import duckdb

from orchestration import durable, engine
from orchestration.engine import quoted
from orchestration.home import audit
from orchestration.settings import Settings

LINE = "release.json"
SCHEMA = "snapshots"


@dataclass(frozen=True)
class Entry:
    """The line of one release: what it was made of and when it spoke (as-of date, with the time of day; UTC)."""

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
class Saying:
    """What the build at hand is about to say: when, and whether it only looks back and says nothing anew."""

    said_at: datetime
    is_look_back: bool


def entries(settings: Settings) -> list[Entry]:
    """Every release that spoke, oldest first."""
    lines = [Entry(**json.loads(path.read_text())) for path in settings.knowledge.glob(f"[!.]*/{LINE}")]
    return sorted(lines, key=lambda entry: entry.moment)


def begin(settings: Settings, connection: duckdb.DuckDBPyConnection, as_of: date, in_force: str | None) -> Saying:
    """Make the build ready to say something as of a day: its snapshots are those of the journal, and nothing more.

    `in_force` is the id of the release in force, by which the draft of a publication that was cut short is judged.
    """
    settle(settings, in_force)
    spoken = entries(settings)
    newest = spoken[-1] if spoken else None
    (in_step,) = connection.execute("select max(in_step_with) from ops.saying").fetchone()
    if newest is None or in_step != newest.release_id:
        _restore(settings, connection, spoken)
    connection.execute("delete from ops.earlier_release")
    if spoken:
        rows = [tuple(asdict(entry).values()) for entry in spoken]
        connection.executemany(
            f"insert into ops.earlier_release ({', '.join(asdict(spoken[0]))}) values (?, ?, ?, ?, ?, ?)", rows
        )
    said_at = datetime.combine(as_of, datetime.now(UTC).time())
    is_look_back = newest is not None and as_of < newest.moment.date()
    if newest and not is_look_back:
        said_at = max(said_at, newest.moment + timedelta(seconds=1))
    connection.execute("delete from ops.saying")
    connection.execute("insert into ops.saying values (?, ?, null)", [said_at, is_look_back])
    return Saying(said_at, is_look_back)


def write(settings: Settings, release_row: dict) -> None:
    """Write the draft of the entry of a release that is about to be switched in; `settle` puts it in force."""
    with engine.connect(settings) as connection:
        connection.execute(f"attach '{quoted(settings.build_file)}' as build (read_only)")
        said_at, is_look_back = connection.execute("select said_at, is_look_back from build.ops.saying").fetchone()
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
        for entry in entries(settings)
        if entry.release_id not in known and (entry.release_id == in_force or not log.exists())
    ]
    if new:
        audit.append(log, [{"release_id": name, "files": _files(settings.knowledge / name)} for name in new])


def _files(folder: Path) -> dict[str, str]:
    """The sha256 of each file of an entry, by name."""
    return {path.name: durable.sha256(path) for path in sorted(folder.glob("[!.]*"))}


def in_step(settings: Settings, connection: duckdb.DuckDBPyConnection) -> None:
    """Note that the build's snapshots are those of the journal: what was built has been published."""
    spoken = entries(settings)
    connection.execute("update ops.saying set in_step_with = ?", [spoken[-1].release_id if spoken else None])


def _restore(settings: Settings, connection: duckdb.DuckDBPyConnection, spoken: list[Entry]) -> None:
    """Make the snapshots from the journal: of each statement, the row that the last entry has of it."""
    connection.execute(f"drop schema if exists {SCHEMA} cascade")
    connection.execute(f"create schema {SCHEMA}")
    folders = [settings.knowledge / entry.release_id for entry in spoken]
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

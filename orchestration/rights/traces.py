"""Strikes erased children from everything that lies under EARLYHELP_HOME beside the build and the releases.

Each step can be cut short and done again: what stands for a file is on the disk, and in the register, before the old
bytes go, and whatever no register names goes last.
"""

import json
import time
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb

from expectations.contract.model import sources
from orchestration.build.engine import one_row, quoted
from orchestration.deliveries import archive as bytes_of
from orchestration.deliveries import intake, landing, reading, register
from orchestration.home import audit, decisions, durable, erasures, page_views, progress
from orchestration.rights import entered, files, identifiers, redact, screening
from orchestration.rights.files import Delivered, Read
from orchestration.rights.purge import write_without
from orchestration.rights.spelling import Name
from orchestration.rights.workspace import is_wanted, wanted
from orchestration.settings import Settings

AT_REST_SECONDS = 3600
"""An unfinished file that nobody has written to for so long is not being copied any more."""


@dataclass(frozen=True)
class Touched:
    """What tells of whom is looked for: files by source, rows, files without a contract, statements, decisions.

    And, beside them, `names_count` file names, and other files and folders.
    """

    files: dict[str, int]
    rows_count: int
    unreadable_count: int
    said_count: int
    decisions_count: int
    names_count: int
    others_count: int


@dataclass(frozen=True)
class TooOld:
    """What may no longer be kept: files of the archive by sha256, statements that ended, pages shown before a day."""

    files: frozenset[str]
    said_before: date | None
    viewed_before: date | None = None


NOTHING_TOO_OLD = TooOld(frozenset(), None)


def look(settings: Settings, connection: duckdb.DuckDBPyConnection, names: list[Name]) -> Touched:
    """Count what `remove` would strike, and change nothing."""
    found: dict[str, int] = {}
    rows = unreadable = 0
    waiting = landed(settings)
    for read in files.read(settings, connection, [*archived(settings), *waiting]):
        if screening.mentions(connection, read, names):
            found[read.file.source] = found.get(read.file.source, 0) + 1
            rows += read.rows_count
            unreadable += not read.is_whole
    statements_count = sum(count_statements(connection, path) for path in _journal(settings))
    decided = len(_decisions_about(settings, connection))
    named = len(redact.names_in_register(settings, connection, names))
    named += sum(screening.file_by_name(connection, file, names) for file in waiting)
    others = sum(1 for _ in redact.places_that_mention(settings, connection, names))
    return Touched(found, rows, unreadable, statements_count, decided, named, others)


def remove(settings: Settings, connection: duckdb.DuckDBPyConnection, names: list[Name]) -> None:
    """Strike whom `wanted` lists from archive, landing, the journal of what was said, decisions, and all else there is.

    `names` are spellings of forename and surname, by which what keeps no contract, and every file's name, is looked
    through. `wanted` may grow by what rows teach; what it grew by is put on the list.
    """
    _clear_away(settings)
    keep_out(settings, connection, landed(settings), names)
    _erase_from_archive(settings, connection, names)
    erasures.add_to_list(settings, wanted(connection))
    _erase_from_journal(settings, connection)
    _erase_from_decisions(settings, connection)
    _erase_from_page_views(settings, connection)
    entered.erase(settings, connection, names)
    redact.redact(settings, connection, names)


def drop(settings: Settings, connection: duckdb.DuckDBPyConnection, too_old: TooOld) -> None:
    """Take files out of the register (their bytes go with all that it does not name), and what is of before a day."""
    if too_old.viewed_before:
        page_views.drop(settings, too_old.viewed_before)
    if too_old.files:
        intake.look_again(settings)
        register.drop(settings.archive, too_old.files)
    if too_old.said_before:
        for table in snapshots(settings):
            # A statement stands where it began and where it ended: both go, or it would seem to last.
            ended = f"select statement_id from ({ended_statements(settings, table)})"
            connection.execute(f"create or replace temp table ended as {ended}", {"day": too_old.said_before})
            for path in settings.knowledge.glob(f"*/{table}.parquet"):
                _keep(connection, path, "*", "statement_id not in (select statement_id from ended)")


def ended_statements(settings: Settings, table: str) -> str:
    """SQL of the statements of a snapshot that ended before `$day`: statement_id and said_to_at."""
    return (
        "select statement_id, min(said_to_at) as said_to_at "
        f"from read_parquet('{quoted(settings.knowledge)}/*/{table}.parquet', union_by_name = true) "
        "group by all having min(said_to_at) < $day"
    )


def snapshots(settings: Settings) -> set[str]:
    """The snapshots that the journal has statements of."""
    return {path.stem for path in _journal(settings)}


def archived(settings: Settings) -> list[Delivered]:
    """Every file of the register whose bytes are there."""
    entries = register.entries(settings.archive)
    known = {
        (e.sha256, e.source): Delivered(settings.archive / e.sha256, e.sha256, e.source, e.file_name) for e in entries
    }
    return [file for file in known.values() if file.path.exists()]


def landed(settings: Settings) -> list[Delivered]:
    """Every file below landing/<source>/ that is not so large that no load would read it.

    Those that wait, and those that no load would take yet. One that is being copied there is left alone: it is looked
    through when it has arrived.
    """
    return [
        files.waiting(settings, path)
        for source in sources()
        for path in sorted((settings.landing / source).rglob("*"))
        if path.is_file() and not path.is_symlink() and not _is_on_its_way(path) and settings.limits.takes(path)
    ]


def _is_on_its_way(path: Path) -> bool:
    return not landing.is_complete(path.name) and time.time() - path.stat().st_mtime < AT_REST_SECONDS


def keep_out(
    settings: Settings,
    connection: duckdb.DuckDBPyConnection,
    waiting: Iterable[Delivered],
    names: list[Name],
) -> int:
    """Put, in the place of files that wait in landing, files without whom `wanted` lists; the number of rows struck.

    Bytes that an erasure struck are known again by their hash, and a name that tells gives way to one that does not.
    """
    rows = 0
    known = erasures.successors(settings)
    for read in list(files.read(settings, connection, waiting)):
        path = read.file.path
        if screening.mentions(connection, read, names) or (not read.is_whole and read.file.sha256 in known):
            anew = _written_anew(connection, read, path.parent, names)
            erasures.record_rewritten(settings, [_note(settings, read, anew)])
            anew.replace(path)
            rows += read.rows_count
            progress.say(f"{read.file.source}: {read.rows_count:,} rows of erased children kept out of a file")
        if screening.in_name(connection, path.name, names):
            path.replace(path.with_name(redact.unnamed(path.name, durable.sha256(path))))
    return rows


def _clear_away(settings: Settings) -> None:
    """Copies that killed runs left: of deliveries on their way to landing, and of rows that were read."""
    landing.clear_drafts(settings)
    intake.look_again(settings)
    reading.clear_away(settings)


def _erase_from_archive(settings: Settings, connection: duckdb.DuckDBPyConnection, names: list[Name]) -> None:
    everything = archived(settings)
    for number, read in enumerate(files.read(settings, connection, everything), start=1):
        if number % 50 == 0:
            progress.say(f"archive: {number:,} of {len(everything):,} files looked through")
        # Bytes that came from two sources are written anew once.
        if read.file.path.exists() and screening.mentions(connection, read, names):
            anew = _written_anew(connection, read, settings.archive, names)
            note = _note(settings, read, anew)
            if note.sha256 == read.file.sha256:
                # Nothing that could be struck: the bytes stay, and must not be taken for those that were replaced.
                anew.unlink()
                continue
            bytes_of.archive(anew, settings.archive)
            anew.unlink()
            erasures.record_rewritten(settings, [note])
            register.replace(settings.archive, {read.file.sha256: note.sha256})
            (settings.archive / read.file.sha256).unlink()
    known = {entry.sha256 for entry in register.entries(settings.archive)}
    for path in settings.archive.iterdir():
        # Left by an erasure that was cut short, or by a run that had not entered what it archived: that still waits.
        if path.name != register.NAME and path.name not in known:
            path.unlink()


def _written_anew(connection: duckdb.DuckDBPyConnection, read: Read, folder: Path, names: list[Name]) -> Path:
    """The file without its rows, on the disk in `folder`, under a name that the next run clears away."""
    anew = folder / f".{uuid.uuid4().hex}.part"
    try:
        write_without(read, anew, lambda text: screening.in_content(connection, text.encode(), names))
        durable.sync(anew)
    except BaseException:
        anew.unlink(missing_ok=True)
        raise
    return anew


def _note(settings: Settings, read: Read, anew: Path) -> erasures.RewrittenFile:
    before = erasures.rewritten_files(settings).get(read.file.sha256)
    return erasures.RewrittenFile(
        durable.sha256(anew),
        read.file.sha256,
        before.delivered_sha256 if before else read.file.sha256,
        (before.rows_erased if before else 0) + read.rows_count,
        before.rows_forbidden if before else 0,
    )


def _journal(settings: Settings) -> list[Path]:
    return sorted(settings.knowledge.glob("*/*.parquet"))


def _columns(connection: duckdb.DuckDBPyConnection, path: Path) -> set[str]:
    return set(identifiers.columns_of(connection, f"read_parquet('{quoted(path)}')"))


def count_statements(connection: duckdb.DuckDBPyConnection, path: Path) -> int:
    """How many statements of a file of the journal are about whom is looked for."""
    if "child_durable_key" not in _columns(connection, path):
        return 0
    (count,) = one_row(
        connection.execute(f"select count(*) from read_parquet('{quoted(path)}') where {_is_key_of_child()}")
    )
    return int(count)


def _is_key_of_child() -> str:
    return is_wanted("key", "'key|' || child_durable_key")


def _erase_from_journal(settings: Settings, connection: duckdb.DuckDBPyConnection) -> None:
    """Take the child's statements out of the journal; the others name the deliveries that took the old ones' place."""
    # Of bytes that were a delivery more than once, each keeps its number.
    arrivals = {entry.arrival for entry in register.entries(settings.archive)}
    after = {
        bytes_of.delivery_id(old, arrival): bytes_of.delivery_id(new, arrival)
        for old, new in erasures.successors(settings).items()
        if old != new
        for arrival in arrivals
    }
    connection.execute("create or replace temp table moved (old varchar, new varchar)")
    if after:
        old, new = (identifiers.delivery_key(side) for side in ("old_id", "new_id"))
        connection.execute(
            f"insert into moved select {old}, {new} from (select unnest($old) as old_id, unnest($new) as new_id)",
            {"old": list(after), "new": list(after.values())},
        )
    for path in _journal(settings):
        columns = _columns(connection, path)
        of_child = _is_key_of_child() if "child_durable_key" in columns else "false"
        moves = "statements.delivery_key in (select old from moved)" if "delivery_key" in columns else "false"
        relation = f"read_parquet('{quoted(path)}') as statements"
        if not connection.execute(f"select 1 from {relation} where {of_child} or {moves} limit 1").fetchall():
            continue
        moved = "coalesce((select new from moved where old = statements.delivery_key), statements.delivery_key)"
        kept = f"* replace ({moved} as delivery_key)" if "delivery_key" in columns else "*"
        _keep(connection, path, kept, f"not ({of_child})")


def _keep(connection: duckdb.DuckDBPyConnection, path: Path, columns: str, condition: str) -> None:
    """Write a file of the journal anew with the rows that meet a condition."""
    draft = path.with_name(f".{path.name}.part")
    connection.execute(
        f"copy (select {columns} from read_parquet('{quoted(path)}') as statements where {condition}) "
        f"to '{quoted(draft)}' (format parquet, compression zstd)"
    )
    durable.sync(draft)
    draft.replace(path)
    durable.sync(path.parent)


def _decisions_about(settings: Settings, connection: duckdb.DuckDBPyConnection) -> list[audit.Entry]:
    """The lines of the log of decisions about whom is looked for."""
    rows = connection.execute(
        f"""
        select line
        from (select line, {decisions.COLUMNS} from ({audit.LINES}))
        where {_is_key_of_child()}
            or {is_wanted("review", "'review|' || review_id")}
            or {is_wanted("person", "'person|' || source || '/' || person_id")}
        """,
        {"lines": json.dumps(audit.read(decisions.log_of(settings)))},
    ).fetchall()
    return [json.loads(line) for (line,) in rows]


def _erase_from_decisions(settings: Settings, connection: duckdb.DuckDBPyConnection) -> None:
    gone = _decisions_about(settings, connection)
    audit.rewrite(
        decisions.log_of(settings),
        lambda line: None if line in gone else line,
        "decisions about erased children were struck",
    )


def _erase_from_page_views(settings: Settings, connection: duckdb.DuckDBPyConnection) -> None:
    """Take the child's key out of the dashboard's log: that somebody was shown a page stays, of whom it was goes."""
    rows = connection.execute(
        f"""
        select distinct child_durable_key
        from (select line ->> 'child_durable_key' as child_durable_key from ({audit.LINES}))
        where {_is_key_of_child()}
        """,
        {"lines": json.dumps(audit.read(page_views.log_of(settings)))},
    ).fetchall()
    gone = {key for (key,) in rows}
    audit.rewrite(
        page_views.log_of(settings),
        lambda line: line | {"child_durable_key": None} if line["child_durable_key"] in gone else line,
        "the keys of erased children were taken out of what users were shown",
    )

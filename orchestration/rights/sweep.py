"""Strikes erased children from everything that lies under EARLYHELP_HOME beside the build and the releases.

Each step can be cut short and done again: what stands for a file is on the disk, and in the register, before the old
bytes go, and whatever no register names goes last.
"""

import json
import re
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb

from orchestration import durable, progress
from orchestration.deliveries import archive as bytes_of
from orchestration.deliveries import discover, intake, landing, reading, register
from orchestration.deliveries.limits import Limits
from orchestration.deliveries.problem import DeliveryProblem
from orchestration.deliveries.readers.encoding import encoding_of
from orchestration.engine import quoted
from orchestration.home import audit
from orchestration.review import decisions
from orchestration.rights import erasures, files, identifiers, subject
from orchestration.rights.files import Delivered, Read
from orchestration.rights.strike import NOTICE, strike
from orchestration.rights.workspace import is_wanted, wanted
from orchestration.settings import Settings

UPN = "[A-Z][0-9]{11}[0-9A-Z]"

NEAR = 300
"""Within so many characters a forename and a surname are taken to be of one person, where no contract says so."""


@dataclass(frozen=True)
class Touched:
    """What tells of whom is looked for: files by source, rows, files without a contract, statements, decisions."""

    files: dict[str, int]
    rows_count: int
    unreadable_count: int
    said_count: int
    decisions_count: int


@dataclass(frozen=True)
class TooOld:
    """What may no longer be kept: files of the archive by sha256, and statements that ended before a day."""

    files: frozenset[str]
    said_before: date | None


NOTHING_TOO_OLD = TooOld(frozenset(), None)


def look(settings: Settings, connection: duckdb.DuckDBPyConnection) -> Touched:
    """Count what `sweep` would strike, and change nothing."""
    found: dict[str, int] = {}
    rows = unreadable = 0
    names = subject.plain_names(connection)
    for read in files.read(settings, connection, [*archived(settings), *landed(settings)]):
        if tells(connection, read, names):
            found[read.file.source] = found.get(read.file.source, 0) + 1
            rows += read.rows_count
            unreadable += not read.is_whole
    said = sum(said_of(connection, path) for path in _journal(settings))
    return Touched(found, rows, unreadable, said, len(_decisions_about(settings, connection)))


def sweep(settings: Settings, connection: duckdb.DuckDBPyConnection, names: list[tuple[str, str]]) -> None:
    """Strike whom `wanted` lists from the archive, landing, the journal of what was said and the reviewers' decisions.

    `names` are spellings of forename and surname, by which files that keep no contract are looked through. `wanted`
    may grow by what rows teach; what it grew by is put on the list.
    """
    _clear_away(settings)
    keep_out(settings, connection, landed(settings), names)
    _strike_archive(settings, connection, names)
    erasures.enlist(settings, wanted(connection))
    _strike_journal(settings, connection)
    _strike_decisions(settings, connection)


def drop(settings: Settings, connection: duckdb.DuckDBPyConnection, too_old: TooOld) -> None:
    """Take files out of the register (their bytes go with all that it does not name), and statements that ended."""
    if too_old.files:
        intake.look_again(settings, progress.say)
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
    known = [Delivered(settings.archive / e.sha256, e.sha256, e.source, e.file_name) for e in entries]
    return [file for file in known if file.path.exists()]


def landed(settings: Settings) -> list[Delivered]:
    """Every file that waits and is not so large that no load would read it."""
    return [files.waiting(settings, path) for path in discover(settings) if Limits().takes(path)]


def keep_out(
    settings: Settings,
    connection: duckdb.DuckDBPyConnection,
    waiting: Iterable[Delivered],
    names: list[tuple[str, str]],
) -> int:
    """Put, in the place of files that wait in landing, files without whom `wanted` lists; the number of rows struck."""
    rows = 0
    for read in list(files.read(settings, connection, waiting)):
        if tells(connection, read, names):
            anew = _written_anew(read, read.file.path.parent)
            erasures.record_struck(settings, [_note(settings, read, anew)])
            anew.replace(read.file.path)
            rows += read.rows_count
            progress.say(f"{read.file.file_name}: {read.rows_count:,} rows of erased children kept out")
    return rows


def _clear_away(settings: Settings) -> None:
    """Copies that killed runs left: of deliveries on their way to landing, and of rows that were read."""
    landing.clear_drafts(settings)
    intake.look_again(settings, progress.say)
    reading.clear_away(settings)


def _strike_archive(settings: Settings, connection: duckdb.DuckDBPyConnection, names: list[tuple[str, str]]) -> None:
    everything = archived(settings)
    for number, read in enumerate(files.read(settings, connection, everything), start=1):
        if number % 50 == 0:
            progress.say(f"archive: {number:,} of {len(everything):,} files looked through")
        if tells(connection, read, names):
            anew = _written_anew(read, settings.archive)
            note = _note(settings, read, anew)
            bytes_of.archive(anew, settings.archive)
            anew.unlink()
            erasures.record_struck(settings, [note])
            register.replace(settings.archive, {read.file.sha256: note.sha256})
            (settings.archive / read.file.sha256).unlink()
    known = {entry.sha256 for entry in register.entries(settings.archive)}
    for path in settings.archive.iterdir():
        # Left by an erasure that was cut short, or by a run that had not entered what it archived: that still waits.
        if path.name != register.NAME and path.name not in known:
            path.unlink()


def _written_anew(read: Read, folder: Path) -> Path:
    """The file without its rows, on the disk in `folder`, under a name that the next run clears away."""
    anew = folder / f".{uuid.uuid4().hex}.part"
    try:
        strike(read, anew)
        durable.sync(anew)
    except BaseException:
        anew.unlink(missing_ok=True)
        raise
    return anew


def _note(settings: Settings, read: Read, anew: Path) -> erasures.Struck:
    before = erasures.struck(settings).get(read.file.sha256)
    return erasures.Struck(
        durable.sha256(anew),
        read.file.sha256,
        before.delivered_sha256 if before else read.file.sha256,
        (before.rows_erased if before else 0) + read.rows_count,
    )


def tells(connection: duckdb.DuckDBPyConnection, read: Read, names: list[tuple[str, str]]) -> bool:
    """Whether there is something to strike. What keeps no contract is looked through as text, for UPNs and names."""
    if read.is_whole:
        return bool(read.rows)
    if read.rows:
        return True
    text = _text(read)
    if text is None:
        # A workbook that cannot be opened may tell of anybody.
        return bool(names) and read.file.path.stat().st_size > 0
    if text.startswith(NOTICE[:40]):
        return False
    (has_upn,) = connection.execute(
        f"""
        select coalesce(bool_or({is_wanted("upn", "'upn|' || upn")}), false)
        from (select distinct unnest(regexp_extract_all(upper($text), '{UPN}')) as upn)
        """,
        {"text": text},
    ).fetchone()
    return has_upn or any(_stand_together(text, forename, surname) for forename, surname in names)


def _stand_together(text: str, forename: str, surname: str) -> bool:
    one, other = (rf"\b{re.escape(name)}\b" for name in (forename, surname))
    near = f".{{0,{NEAR}}}"
    return bool(re.search(f"{one}{near}{other}|{other}{near}{one}", text, re.IGNORECASE | re.DOTALL))


def _text(read: Read) -> str | None:
    content = read.file.path.read_bytes()
    if content[:2] == b"PK":
        return None
    try:
        return content.decode(encoding_of(read.file.path, ("utf-8", "cp1252")))
    except (DeliveryProblem, UnicodeError):
        return content.decode("latin-1").replace("\0", "")


def _journal(settings: Settings) -> list[Path]:
    return sorted(settings.knowledge.glob("*/*.parquet"))


def _columns(connection: duckdb.DuckDBPyConnection, path: Path) -> set[str]:
    return set(identifiers.columns_of(connection, f"read_parquet('{quoted(path)}')"))


def said_of(connection: duckdb.DuckDBPyConnection, path: Path) -> int:
    """How many statements of a file of the journal are about whom is looked for."""
    if "child_durable_key" not in _columns(connection, path):
        return 0
    (count,) = connection.execute(
        f"select count(*) from read_parquet('{quoted(path)}') where {_is_key_of_child()}"
    ).fetchone()
    return count


def _is_key_of_child() -> str:
    return is_wanted("key", "'key|' || child_durable_key")


def _strike_journal(settings: Settings, connection: duckdb.DuckDBPyConnection) -> None:
    """Take the child's statements out of the journal; the others name the deliveries that took the old ones' place."""
    after = {old[:16]: new[:16] for old, new in erasures.successors(settings).items() if old != new}
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
        moves = "told.delivery_key in (select old from moved)" if "delivery_key" in columns else "false"
        relation = f"read_parquet('{quoted(path)}') as told"
        if not connection.execute(f"select 1 from {relation} where {of_child} or {moves} limit 1").fetchall():
            continue
        moved = "coalesce((select new from moved where old = told.delivery_key), told.delivery_key)"
        kept = f"* replace ({moved} as delivery_key)" if "delivery_key" in columns else "*"
        _keep(connection, path, kept, f"not ({of_child})")


def _keep(connection: duckdb.DuckDBPyConnection, path: Path, columns: str, condition: str) -> None:
    """Write a file of the journal anew with the rows that meet a condition."""
    draft = path.with_name(f".{path.name}.part")
    connection.execute(
        f"copy (select {columns} from read_parquet('{quoted(path)}') as told where {condition}) to '{quoted(draft)}' "
        "(format parquet, compression zstd)"
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


def _strike_decisions(settings: Settings, connection: duckdb.DuckDBPyConnection) -> None:
    gone = _decisions_about(settings, connection)
    audit.rewrite(
        decisions.log_of(settings),
        lambda line: None if line in gone else line,
        "decisions about erased children were struck",
    )

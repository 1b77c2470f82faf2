"""What a home holds, so that two can be compared whenever they were made, and what is wrong with one by itself."""

import json
import re
from collections.abc import Iterator

import duckdb

from orchestration import releases
from orchestration.build import journal, state
from orchestration.build.engine import one_row
from orchestration.deliveries import intake, landing
from orchestration.home import durable, erasures
from orchestration.releases import content, store
from orchestration.settings import Settings
from tests.support.warehouse import KEY, Warehouse

BUILD_SCHEMAS = ("raw", "quarantine", "ops")
LEFT_OUT_TABLES = ("check_result", "earlier_release", "build_run", "node_state", "node_partition", "overlay_model")
"""Of releases and of their gates: a publication that was cut short after its switch is one more. What tables were made
of names moments and runs; that it is true of the tables is one of the faults."""
LEFT_OUT_COLUMNS = ("at", "received_at", "run_id", "sequence")
"""When it was done, and by which run. The order of deliveries decides what is in force, and that is compared."""
LEFT_OUT_FOLDERS = ("landing", "logs", "dagster")
"""What they hold is compared elsewhere, or is of one run alone."""
MADE_UP = re.compile(r"\d{8}T\d{6}Z(-\d{3})?|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|\b[0-9a-f]{32}\b")
"""Names of releases and runs."""


def settings_of(home: Warehouse) -> Settings:
    return Settings(home=home.home, key=KEY)


def of(home: Warehouse) -> dict[str, str]:
    """Everything that must be the same after a fault: tables, files, what waits in landing; by a name of each."""
    settings = settings_of(home)
    return {**_of_build(settings), **_of_release(settings), **_of_files(settings)}


def differences(one: dict[str, str], other: dict[str, str]) -> list[str]:
    """What is different in two homes, each named once."""
    return [f"{name} differs" for name in content.differences(one, other)]


def faults(home: Warehouse) -> list[str]:
    """What is wrong with a home that is at rest, each in a few words: releases, journal, logs, archive, erasures."""
    settings = settings_of(home)
    return [
        *_torn_logs(settings),
        *_broken_releases(settings),
        *_journal_out_of_step(settings),
        *_tables_not_as_noted(settings),
        *_archive(settings),
    ]


def whole(home: Warehouse) -> list[str]:
    """What is wrong with a home right after a fault, before anything was run again: its releases and its logs alone."""
    settings = settings_of(home)
    return [*_torn_logs(settings), *_broken_releases(settings)]


def unfinished(home: Warehouse) -> list[str]:
    """Drafts that lie about."""
    return [f"{path.relative_to(home.home)} was left" for path in home.home.rglob(".*.part")]


def _of_build(settings: Settings) -> dict[str, str]:
    if not settings.build_file.exists():
        return {}
    with duckdb.connect(str(settings.build_file), read_only=True) as connection:
        columns = connection.execute(
            """
            select schema_name, table_name, string_agg('"' || column_name || '"', ', ' order by column_index)
            from duckdb_columns()
            where database_name = current_database() and schema_name in ? and table_name not in ?
                and column_name not in ?
            group by all
            """,
            [BUILD_SCHEMAS, LEFT_OUT_TABLES, LEFT_OUT_COLUMNS],
        ).fetchall()
        return {
            f"build {schema}.{table}": _hash(connection, schema, table, chosen) for schema, table, chosen in columns
        }


def _hash(connection: duckdb.DuckDBPyConnection, schema: str, table: str, columns: str) -> str:
    # That a file came again, which a kill between commit and landing brings about, is noted and changes nothing.
    chosen, unlike = ("distinct", "where event <> 'repeated'") if table == "delivery_event" else ("", "")
    rows, total = one_row(
        connection.execute(
            "select count(*), coalesce(sum(hash(rows)::hugeint), 0) "
            f"from (select {chosen} {columns} from {schema}.{table} {unlike}) as rows"
        )
    )
    return f"{rows}:{total}"


def _of_release(settings: Settings) -> dict[str, str]:
    release = releases.in_force(settings)
    if release is None:
        return {}
    with releases.opened(settings, release) as connection:
        current = content.of_opened(connection)
    return {
        **{f"release {name}": sha256 for name, sha256 in current.items()},
        "release as of": release.manifest["as_of_date"],
        "release files": " ".join(sorted(release.manifest["files"])),
    }


def _of_files(settings: Settings) -> dict[str, str]:
    left_out = tuple(settings.home / name for name in LEFT_OUT_FOLDERS)
    files = (
        path
        for path in settings.home.rglob("*")
        if path.is_file() and not any(path.is_relative_to(folder) for folder in left_out)
    )
    # What lies aside settled is in the archive, and goes with the next run.
    aside = {*intake.settled(settings)}
    waiting = (path for path in settings.landing.rglob("*") if path.is_file() and path not in aside)
    return {
        **{f"file {MADE_UP.sub('*', str(path.relative_to(settings.home)))}": "" for path in files},
        **{f"landing {landing.source_of(settings, path)} {durable.sha256(path)}": "" for path in waiting},
    }


def _torn_logs(settings: Settings) -> Iterator[str]:
    for log in settings.home.rglob("*.jsonl"):
        text = log.read_text(encoding="utf-8")
        if text and not text.endswith("\n"):
            yield f"the last line of {log.name} was cut"
        if not all(_is_whole(line) for line in text.splitlines()):
            yield f"{log.name} holds a line that is not whole"


def _is_whole(line: str) -> bool:
    try:
        return isinstance(json.loads(line), dict)
    except ValueError:
        return False


def _broken_releases(settings: Settings) -> Iterator[str]:
    if settings.current.is_symlink() and releases.in_force(settings) is None:
        yield "the release in force is gone"
    for release in releases.on_disk(settings):
        try:
            store.verify(release)
        except ValueError as problem:
            yield str(problem).replace(str(settings.home), "HOME")


def _journal_out_of_step(settings: Settings) -> Iterator[str]:
    release = releases.in_force(settings)
    if release is None:
        return
    entries = journal.entries(settings)
    # A build that was published twice, because its first publication was cut short, said the same at one moment.
    newest = {entry.release_id for entry in entries if entry.moment == entries[-1].moment}
    if release.release_id not in newest:
        yield "the journal's newest entry is not of the release in force"
    with duckdb.connect(str(settings.build_file), read_only=True) as connection:
        (release_id,) = one_row(connection.execute("select max(journal_release_id) from ops.build_run"))
    # A build that was made again is in step with none and takes its snapshots from the journal by itself.
    if release_id is not None and release_id not in newest:
        yield "the build's snapshots are of another entry than the journal's newest"


def _tables_not_as_noted(settings: Settings) -> Iterator[str]:
    """Tables that the next run would leave alone though they are not what was noted of them."""
    if not settings.build_file.exists():
        return
    with duckdb.connect(str(settings.build_file), read_only=True) as connection:
        for name, noted in state.rows_noted(connection).items():
            if state.rows_of(connection, name) != noted:
                yield f"{name} is not as it was noted"


def _archive(settings: Settings) -> Iterator[str]:
    for path in settings.archive.glob("?" * 64):
        if durable.sha256(path) != path.name:
            yield f"the archive's {path.name[:16]} is not what it was"
    if erasures.pending(settings):
        yield "an erasure is not finished"

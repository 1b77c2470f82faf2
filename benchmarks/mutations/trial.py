"""One mutation: loaded, and only if loading says nothing, built; who was told, and which figure it changed."""

import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import duckdb

from benchmarks.mutations.draw import Mutation
from benchmarks.trials.content import settings_of
from benchmarks.trials.stages import land, last_line, run
from orchestration import deliveries
from orchestration.build import database
from orchestration.deliveries.load import SOURCES_FIRST
from tests.support.warehouse import DAY, Warehouse, command

STOPPED, WARNED, UNCHANGED, SILENT, UNBUILT = (
    "stopped", "told", "nothing changed", "a figure changed", "not told at loading"
)  # fmt: skip

MESSAGES = """
    select deliveries.file_name, concat_ws(' ', checks.suite, checks.rule)
    from ops.check_result as checks
    left join ops.delivery as deliveries on checks.delivery_id = deliveries.delivery_id
    where checks.outcome <> 'pass'
    union all
    select
        deliveries.file_name,
        concat_ws(' ', 'quarantine', rejections.table_name, rejections.column_name, rejections.reason)
    from ops.rejection as rejections
    inner join ops.delivery as deliveries on rejections.delivery_id = deliveries.delivery_id
    union all
    select file_name, concat_ws(' ', status, reason)
    from ops.delivery
    where status = 'rejected'
    union all
    select file_name, status from ops.delivery where status = 'accepted_with_warnings'
"""
PROVENANCE = r"delivery_id$|^release|_at$|^explanation$"
"""Columns of published tables that say where a figure comes from and when: no figures themselves."""


@dataclass(frozen=True)
class Trial:
    """A mutation and what came of it: `outcome` is one of the constants above, `told` who said what, `figures` the
    published columns that say something else."""

    number: int
    seed: int
    kind: str
    source: str
    file: str
    arrival: str
    what: str
    outcome: str
    messages: list[str]
    figures: list[str]
    seconds: float


def tried(
    mutation: Mutation, seed: int, built: Warehouse, scratch: Path, with_build: bool, say: Callable[[str], None]
) -> Trial:
    """Let a broken delivery arrive in a home of its own; `built` holds the right ones and is only read."""
    began = time.perf_counter()
    with tempfile.TemporaryDirectory(dir=scratch, prefix="mutation_") as folder:
        home = Warehouse(Path(folder) / "home", built.county)
        home.home.mkdir()
        if mutation.arrival == "again":
            _copy(home, built, with_build)
        before = messages(built)
        is_rejected = _loaded(home, mutation)
        new = _in_order(messages(home) - before)
        figures: list[str] = []
        outcome = STOPPED if is_rejected else WARNED if new else UNBUILT
        if outcome == UNBUILT and with_build:
            say(f"{mutation.number}: {mutation.kind}: nothing is said at loading; the home is built")
            outcome, new, figures = _built(home, built, mutation, before)
    return Trial(
        mutation.number, seed, mutation.kind, mutation.path.parent.name, mutation.path.name, mutation.arrival,
        mutation.what, outcome, [": ".join(filter(None, line)) for line in new], figures, time.perf_counter() - began,
    )  # fmt: skip


def _copy(home: Warehouse, built: Warehouse, with_releases: bool) -> None:
    """The built home once more; what is published is half of it, and loading does not look there."""
    kept = [path for path in built.home.iterdir() if with_releases or path.name not in ("releases", "current")]
    subprocess.run(["cp", "-a", "--reflink=auto", *kept, home.home], check=True)


def messages(home: Warehouse) -> set[tuple[str | None, str]]:
    """Whatever a home's loading and gates said, each with the file it was said of."""
    return set(home.inside(MESSAGES))


def _in_order(new: set[tuple[str | None, str]]) -> list[tuple[str | None, str]]:
    """What is said of a term is of no file."""
    return sorted(new, key=lambda line: (line[0] or "", line[1]))


def _loaded(home: Warehouse, mutation: Mutation) -> bool:
    """Load the broken delivery, after the others of its source where none has come; whether it was rejected."""
    source = mutation.path.parent.name
    if mutation.arrival == "first":
        _land(home, mutation, {*SOURCES_FIRST, source})
    broken = home.home / "landing" / source / mutation.path.name
    broken.parent.mkdir(parents=True, exist_ok=True)
    broken.write_bytes(mutation.content)
    settings = settings_of(home)
    with database.connect(settings) as connection:
        outcomes = deliveries.load(settings, connection, "mutation")
    return any(outcome.status == "rejected" for outcome in outcomes if outcome.file_name == mutation.path.name)


def _land(home: Warehouse, mutation: Mutation, sources: set[str]) -> None:
    """Lay the right files of some sources into landing, all but the one that is broken."""
    with tempfile.TemporaryDirectory() as folder:
        for source in sources:
            shutil.copytree(home.county / "extracts" / source, Path(folder) / source)
        (Path(folder) / mutation.path.parent.name / mutation.path.name).unlink(missing_ok=True)
        land(home, Path(folder))


def _built(
    home: Warehouse, built: Warehouse, mutation: Mutation, before: set[tuple[str | None, str]]
) -> tuple[str, list[tuple[str | None, str]], list[str]]:
    """Build and publish what was loaded: the outcome, what was said now, and the figures that changed."""
    if mutation.arrival == "first":
        loaded = {*SOURCES_FIRST, mutation.path.parent.name}
        _land(home, mutation, {path.name for path in (home.county / "extracts").iterdir()} - loaded)
    exit_code, output = run(home, command("build", "--as-of", DAY))
    now = _in_order(messages(home) - before)
    if exit_code:
        return STOPPED, now or [(None, last_line(output))], []
    figures = changed(built.release_file, home.release_file)
    return (WARNED if now else SILENT if figures else UNCHANGED), now, figures


def changed(one: Path, other: Path) -> list[str]:
    """The columns of published questions that do not hold the same values in two releases."""
    found = [_figures(file) for file in (one, other)]
    return sorted(name for name in found[0].keys() | found[1].keys() if found[0].get(name) != found[1].get(name))


def _figures(file: Path) -> dict[str, object]:
    with duckdb.connect(str(file), read_only=True) as connection:
        columns = connection.execute(
            """
            select table_name, column_name from duckdb_columns()
            where schema_name = 'mart' and not regexp_matches(column_name, ?)
            """,
            [PROVENANCE],
        ).fetchall()
        return {
            f"{table}.{column}": connection.execute(
                f'select count(*), sum(hash("{column}")::hugeint) from mart."{table}"'
            ).fetchone()
            for table, column in columns
        }

"""Looks through all that is kept for good, and says what is not as it was written: the archive, releases, logs, keys.

What is large and never changed, the archive and the releases, is read while others may build; logs, journal and build
are read while nobody else does. Nothing is changed, but that a line which was cut short is set aside, as by any reader.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from orchestration.build import database, journal, state
from orchestration.deliveries import register
from orchestration.home import audit, durable, erasures, progress, pseudonym_key
from orchestration.home.lock import build_lock
from orchestration.releases import seal, store
from orchestration.settings import Settings

SHOWN_EVERY = 100


@dataclass(frozen=True)
class Finding:
    """A sentence on what was found and what to do; `is_damage` is false of what is only worth to be known."""

    text: str
    is_damage: bool = True


def verify(settings: Settings) -> Iterator[Finding]:
    """Each thing that is not as it was written. Raises BuildBusyError when somebody builds for too long."""
    yield from _archive(settings)
    yield from _releases(settings)
    progress.say("logs, journal and key")
    with build_lock(settings):
        yield from _logs(settings)
        if erasures.pending(settings):
            yield Finding(
                "An erasure was begun and is not finished, so logs and journal are not held against releases: run "
                "`earlyhelp erase --yes`, which finishes it, then this."
            )
        else:
            yield from _heads(settings)
            yield from map(Finding, journal.problems(settings))
        yield from _key(settings)
        yield from _build(settings)


def _archive(settings: Settings) -> Iterator[Finding]:
    """Every file of the register under its name, the sha256 of its bytes."""
    try:
        entries = register.entries(settings.archive)
    except ValueError as problem:
        yield Finding(str(problem))
        return
    for number, entry in enumerate(entries, start=1):
        if number % SHOWN_EVERY == 0:
            progress.say(f"archive: {number:,} of {len(entries):,} files read")
        path = settings.archive / entry.sha256
        remedy = f"It came from {entry.source} at {entry.received:%Y-%m-%d %H:%M} UTC: deliver it again, or restore it."
        if not path.exists():
            yield Finding(f"{path} is missing. {remedy}")
        elif durable.sha256(path) != entry.sha256:
            yield Finding(f"{path} is damaged: its bytes are not those of its name. {remedy}")


def _releases(settings: Settings) -> Iterator[Finding]:
    """Every file of every release against its manifest, and manifests against their seals."""
    if settings.current.is_symlink() and not (settings.current / store.MANIFEST).exists():
        yield Finding(f"{settings.current} points to no release: put one in force with `earlyhelp rollback --to`.")
    for folder in store.folders(settings):
        progress.say(f"release {folder.name}")
        found = list(_release(settings, folder))
        # A release that went to make room, while it was looked at, is not damaged.
        if (folder / store.MANIFEST).exists():
            yield from found


def _release(settings: Settings, folder: Path) -> Iterator[Finding]:
    remedy = "Restore the folder, or publish anew with `earlyhelp build` and remove it."
    try:
        manifest = store.manifest_of(folder)
    except store.DamagedRelease as problem:
        yield Finding(str(problem))
        return
    try:
        if seal.FIELD not in manifest:
            yield Finding(f"Release {folder.name} has no seal: it is from before manifests had one.", is_damage=False)
        elif not seal.is_whole(settings, manifest):
            yield Finding(f"{folder / store.MANIFEST} is not as it was sealed, or by another key. {remedy}")
    except ValueError as problem:
        yield Finding(f"Seals of releases were not looked at. {problem}", is_damage=False)
    for damage in store.damage(store.Release(folder, manifest)):
        yield Finding(f"{damage} {remedy}")
    known = {folder / name for name in manifest["files"]} | {folder / store.MANIFEST}
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path not in known:
            yield Finding(f"{path} is in no manifest: it was put there after the release was published. Remove it.")


def _logs(settings: Settings) -> Iterator[Finding]:
    """Every log's chain, and what was set aside or written anew."""
    for name in audit.LOGS:
        path = settings.home / name
        for number, what in audit.breaks(path):
            yield Finding(
                f"{path}: line {number} does not follow from the one before it: {what}. Restore it from a copy."
            )
        for torn in audit.torn_lines(path):
            yield Finding(
                f"{torn} holds what a full disk or a process that died left of a line of {path.name}; nothing that a "
                "command said was done is missing. Remove it when you have looked at it.",
                is_damage=False,
            )
        for rewriting in audit.rewritings(path):
            yield Finding(
                f"{path} was written anew at {rewriting['at']} UTC by {rewriting['by']}: {rewriting['why']}; "
                f"{rewriting['lines_before']:,} lines before, {rewriting['lines_after']:,} after."
                + (f" Lines {rewriting['breaks_before']} did not follow then." if rewriting["breaks_before"] else ""),
                is_damage=False,
            )


def _heads(settings: Settings) -> Iterator[Finding]:
    """Every log against the heads that releases name: whether it begins with what it was then."""
    for release in store.on_disk(settings):
        for name, head in release.manifest.get("logs", {}).items():
            if not audit.holds(settings.home / name, audit.Head(**head)):
                yield Finding(
                    f"{settings.home / name} is not what it was when release {release.release_id} was published: lines "
                    "are gone or another log stands there. Restore it from a copy."
                )


def _key(settings: Settings) -> Iterator[Finding]:
    try:
        pseudonym_key.check(settings)
    except ValueError as problem:
        yield Finding(str(problem))


def _build(settings: Settings) -> Iterator[Finding]:
    """Every table of the build read whole: DuckDB holds each block that it reads against its checksum.

    And held against what was noted of it when it was made: a run leaves alone what it takes to be as it was.
    """
    if not settings.build_file.exists():
        return
    try:
        with database.connect(settings, read_only=True) as connection:
            tables = connection.execute("select schema_name, table_name from duckdb_tables() order by all").fetchall()
            noted = state.rows_noted(connection) if database.holds(connection, "ops.node_state") else {}
            for number, (schema, table) in enumerate(tables, start=1):
                if number % SHOWN_EVERY == 0:
                    progress.say(f"build: {number:,} of {len(tables):,} tables read")
                name = f'{schema}."{table}"'
                found = state.rows_of(connection, name)
                if found != noted.get(name, found):
                    yield Finding(
                        f"{schema}.{table} does not hold the rows that a run wrote: somebody else has changed the "
                        "build. `earlyhelp rebuild` makes it again from the archive."
                    )
    except database.DamagedBuild as problem:
        yield Finding(str(problem))

"""The whole warehouse made again from the archive, beside the one that is there, and compared with what is published.

A second home is laid under the build: the archive's bytes as links, the register's runs one after the other, the review
decisions and the journal of what was said. The job that builds every night builds it. Its build then takes the place of
the first one; the release in force stays.
"""

import os
import shutil
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from pathlib import Path

from orchestration import releases
from orchestration.build import database
from orchestration.deliveries import landing, load, reading, register
from orchestration.home import erasures, progress, restrictions
from orchestration.home.decisions import log_of
from orchestration.home.lock import build_lock
from orchestration.jobs.build import Outcome, run
from orchestration.releases import content
from orchestration.rights import arrivals
from orchestration.settings import Settings


@dataclass(frozen=True)
class Rebuilt:
    """How it went: the run, how many files, the digest of the content (None: it failed), tables unlike the release."""

    outcome: Outcome
    deliveries: int
    content_sha256: str | None
    differing: list[str]


def rebuild(settings: Settings, as_of: date | None) -> Rebuilt:
    """Build again from the archive as of a day (default: that of the release in force) and put the new build in place.

    Raises LookupError when there is nothing to build from, ValueError when archived bytes are not what they were.
    """
    with build_lock(settings):
        erasures.guard(settings)
        return make_again(settings, as_of)


def make_again(settings: Settings, as_of: date | None) -> Rebuilt:
    """The same, for whoever holds the build already."""
    in_force = releases.in_force(settings)
    register.mask(settings.archive)
    taken_in = register.entries(settings.archive)
    if not taken_in:
        raise LookupError(f"{settings.archive} holds no {register.NAME}: there is nothing to build from.")
    day = as_of or (date.fromisoformat(in_force.manifest["as_of_date"]) if in_force else None)
    if day is None:
        raise LookupError("No release is in force: say with --as-of which day the warehouse shall speak of.")
    second = settings.model_copy(update={"home": settings.build / "rebuild"})
    reading.carry_note(second, settings)
    shutil.rmtree(second.home, ignore_errors=True)
    try:
        _prepare(settings, second)
        _take_in(settings, second, taken_in)
        outcome = run(second, day)
        if outcome.published is None:
            _keep_log(second, settings)
            return Rebuilt(outcome, len(taken_in), None, [])
        rebuilt_content = _content(second, outcome.published)
        in_force_content = _content(settings, in_force) if in_force else rebuilt_content
        _take_the_place(second, settings)
    finally:
        shutil.rmtree(second.home, ignore_errors=True)
    return Rebuilt(
        outcome, len(taken_in), content.digest(rebuilt_content), content.differences(rebuilt_content, in_force_content)
    )


def _content(settings: Settings, release: releases.Release) -> dict[str, str]:
    with releases.opened(settings, release) as connection:
        return content.of_opened(connection)


def _prepare(settings: Settings, second: Settings) -> None:
    """What a build is made of besides deliveries: decisions, restrictions, journal, the key's fingerprint, erasures."""
    second.build.mkdir(parents=True)
    for path in (
        log_of(settings),
        restrictions.log_of(settings),
        settings.build / "key.sha256",
        settings.build / reading.NOTE,
        *erasures.kept(settings),
    ):
        if path.exists():
            copy = second.home / path.relative_to(settings.home)
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(path, copy)
    if settings.knowledge.exists():
        shutil.copytree(settings.knowledge, second.knowledge, copy_function=os.link)


def _take_in(settings: Settings, second: Settings, taken_in: list[register.Entry]) -> None:
    """Every file as it came: in the runs it came in, under its name, at its time."""
    runs = groupby(taken_in, key=lambda entry: (entry.run_id, entry.received_at))
    for number, ((run_id, _), group) in enumerate(runs, start=1):
        files, moved = list(group), 0
        progress.say(f"archive: run {number}, {len(files):,} files of {files[0].received:%Y-%m-%d}")
        for entry in files:
            bytes_of = settings.archive / entry.sha256
            if not bytes_of.exists():
                raise ValueError(f"{bytes_of} is missing: it was {entry.file_name} of {entry.source}. Restore it.")
            moved = _put_after(bytes_of, second.landing / entry.source, entry.file_name, moved)
        with database.connect(second) as connection:
            load(second, connection, run_id, received_at=files[0].received, screen=arrivals.keep_out)
        for entry in files:
            taken = (second.archive / entry.sha256).exists()
            if not taken and settings.limits.takes(settings.archive / entry.sha256):
                raise ValueError(
                    f"{settings.archive / entry.sha256} is not what it was: its bytes have changed, or it was put back "
                    "and tells of a child who was erased. Restore it, or run `earlyhelp erase --yes`."
                )


def _put_after(bytes_of: Path, folder: Path, name: str, before_ns: int) -> int:
    """Lay archived bytes into landing, later than the file before them, and return how late they are.

    A link has the time of the archive, which is that of their first arrival: where they came again they are copied.
    """
    modified_ns = bytes_of.stat().st_mtime_ns
    if modified_ns > before_ns:
        landing.put(bytes_of, folder, name)
        return modified_ns
    draft = landing.draft(folder)
    copy = Path(shutil.copyfile(bytes_of, draft / name))
    os.utime(copy, ns=(before_ns + 1, before_ns + 1))
    landing.put(copy, folder, name)
    shutil.rmtree(draft)
    return before_ns + 1


def _take_the_place(second: Settings, settings: Settings) -> None:
    """Put the second build where the first one was; the next run takes its snapshots from the journal."""
    with database.connect(second) as connection:
        connection.execute("update ops.build_run set journal_release_id = null")
    settings.build_file.with_name(settings.build_file.name + ".wal").unlink(missing_ok=True)
    second.build_file.replace(settings.build_file)
    # With it the reports of all deliveries, judged as they are now.
    shutil.rmtree(settings.quarantine, ignore_errors=True)
    if second.quarantine.exists():
        second.quarantine.replace(settings.quarantine)


def _keep_log(second: Settings, settings: Settings) -> None:
    log = settings.home / "logs" / "last_rebuild.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(second.home / "logs" / "last_run.log", log)

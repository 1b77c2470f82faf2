"""Erases children everywhere under EARLYHELP_HOME, so that neither a rebuild nor a delivery brings them back.

In this order, so that whoever is cut short can begin again and ends at the same: the note that an erasure has begun,
with keyed hashes of whom it is of, which then go on the list; files, journal and decisions; a build made again from the
archive and published; the releases before it; one line in the log of disclosures, which names nobody.
"""

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import duckdb

from orchestration import releases
from orchestration.build import journal
from orchestration.deliveries import register
from orchestration.home import disclosures, durable, erasures, progress, provenance, pseudonym_key
from orchestration.home.disclosures import Action, Disclosure, record
from orchestration.home.lock import build_lock
from orchestration.jobs.rebuild import make_again
from orchestration.releases import store
from orchestration.rights import history, screening, subject, traces
from orchestration.rights.spelling import Name
from orchestration.rights.workspace import wanted, workspace
from orchestration.settings import Settings

Choice = Callable[[duckdb.DuckDBPyConnection], subject.Subject]
"""Whom it is about, found in a workspace to which the build is attached."""


@dataclass(frozen=True)
class Preview:
    """What an erasure would strike; `releases` go, `shared_names_count` spellings are somebody else's too."""

    touched: traces.Touched
    raw_rows: dict[str, int]
    releases: list[str]
    shared_names_count: int
    undecided_count: int


@dataclass(frozen=True)
class Erased:
    """What was done: children, rows struck from files since ever by this list, the new release."""

    children_count: int
    release_id: str
    removed_releases: list[str]


def preview(settings: Settings, asked: str) -> Preview:
    """What erasing a child would touch. Raises UnknownChild when not exactly one is known by what was asked."""
    with build_lock(settings), workspace(settings, with_build=True) as connection:
        who = subject.resolve(connection, asked)
        shared = subject.gather(connection, who)
        counted = connection.execute(
            "select table_name, count(distinct (delivery_id, row_number)) from mention group by all order by all"
        ).fetchall()
        undecided = subject.undecided(connection, who)
        touched = traces.look(settings, connection, subject.plain_names(connection))
        on_disk = [release.release_id for release in releases.on_disk(settings)]
        return Preview(touched, dict(counted), on_disk, shared, undecided)


def erase(
    settings: Settings,
    choose: Choice | None,
    reason: str,
    action: Action = "erasure",
    as_of: date | None = None,
    too_old: traces.TooOld = traces.NOTHING_TOO_OLD,
) -> Erased:
    """Erase those whom `choose` picks in the build; without it, finish an erasure that was cut short.

    `as_of` is the day the new release speaks of (default: that of the release in force). What is `too_old` goes with
    them. Raises UnknownChild; ValueError when the reason names the child or there is nothing to finish; RuntimeError
    when the new build is not fit to be published: then the note that an erasure has begun stays, and nothing else is
    published until it is finished.
    """
    with build_lock(settings):
        pseudonym_key.guard(settings)
        begun = _begin(settings, choose, reason, action)
        erasures.add_to_list(settings, [one for erasure in begun for one in erasure.hashes])
        progress.say("striking from files, journal and decisions")
        with workspace(settings, erasures.listed(settings), with_build=settings.build_file.exists()) as connection:
            _remove_exports(settings)
            traces.drop(settings, connection, too_old)
            traces.remove(settings, connection, _names(settings, connection))
        journal.enter_anew(settings)
        published = _publish_again(settings, as_of)
        removed = _remove_others(settings, published)
        record(
            settings,
            [
                Disclosure(
                    action=one.action,
                    audience="none",
                    file="",
                    children_count=one.children_count,
                    reason=one.reason,
                    release_id=published.release_id,
                )
                for one in begun
            ],
        )
        erasures.finish(settings)
    return Erased(sum(one.children_count for one in begun), published.release_id, removed)


def _begin(settings: Settings, choose: Choice | None, reason: str, action: Action) -> list[erasures.Pending]:
    """Note what is asked; all that was begun. What was cut short is finished together with it."""
    before = erasures.pending(settings)
    if choose is None and before:
        return before
    if choose is None and action == "erasure" and not erasures.listed(settings):
        raise ValueError("No erasure was begun: say with --child whom to erase.")
    hashes, count = set(), 0
    if choose is not None:
        with workspace(settings, with_build=True) as connection:
            who = choose(connection)
            subject.gather(connection, who)
            screening.refuse_naming(connection, reason, subject.plain_names(connection))
            hashes, count = wanted(connection), who.count
    erasures.begin(settings, erasures.Pending(action, count, reason, provenance.now(), sorted(hashes)))
    return erasures.pending(settings)


def _remove_exports(settings: Settings) -> None:
    """Files under the home that were made of releases before: they go as the releases do."""
    for line in disclosures.entries(settings):
        path = (settings.home / line.file).resolve()
        if line.action == "export" and path.is_relative_to(settings.home) and path.is_file():
            path.unlink()


def _names(settings: Settings, connection: duckdb.DuckDBPyConnection) -> list[Name]:
    """How the build, while it is the old one, spells those who are on the list."""
    if not settings.build_file.exists():
        return []
    subject.mention_of_wanted(connection)
    return subject.plain_names(connection)


def _publish_again(settings: Settings, as_of: date | None) -> releases.Release:
    day = as_of or _day_of_last_release(settings)
    made = make_again(settings, day)
    if made.content_sha256 is None:
        raise RuntimeError(
            "Files, journal and decisions are clean, but the build made again from them was not fit to be published: "
            + "; ".join(made.outcome.stopped_by)
            + f". See {settings.home / 'logs' / 'last_rebuild.log'}; mend it and run `earlyhelp erase --yes`."
        )
    progress.say("release")
    return releases.publish(settings, day, made.outcome.run_id)


def _day_of_last_release(settings: Settings) -> date:
    in_force, entries = releases.in_force(settings), journal.entries(settings)
    if in_force is None and not entries:
        raise ValueError("No release is in force: say with --as-of which day the new release shall speak of.")
    return date.fromisoformat(in_force.manifest["as_of_date"] if in_force else entries[-1].as_of_date)


def _remove_others(settings: Settings, published: releases.Release) -> list[str]:
    """Every release but the new one with all its files, logs of what is no more, and what killed runs spilled."""
    others = [release for release in store.on_disk(settings) if release.folder != published.folder]
    for release in others:
        store.remove(release)
    for folder in settings.releases.iterdir():
        if folder != published.folder:
            shutil.rmtree(folder)
    for folder in (settings.home / "logs", settings.build / "spill"):
        shutil.rmtree(folder, ignore_errors=True)
    history.forget(settings)
    durable.sync(settings.releases)
    taken_in = {entry.sha256[:16] for entry in register.entries(settings.archive)}
    if settings.quarantine.exists():
        for folder in settings.quarantine.iterdir():
            if folder.name.partition(".")[0] not in taken_in:
                shutil.rmtree(folder)
    return [release.release_id for release in others]

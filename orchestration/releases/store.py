"""The shelf of releases under EARLYHELP_HOME/releases: which is in force, which came before, going back to one.

Releases follow one another by `sequence` of their manifests. Names and times are those of a clock, which may be set
back.
"""

import json
import shutil
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from orchestration.build import journal
from orchestration.home import disclosures, durable, provenance
from orchestration.home.lock import build_lock
from orchestration.settings import Settings

DATABASE = "early_help"
"""What a client calls the analysts' file that it opens: by the file."""
FILE_NAME = f"{DATABASE}.duckdb"
MANIFEST = "manifest.json"


class DamagedRelease(ValueError):
    """A release's manifest cannot be read; the message says which and what to do."""


@dataclass(frozen=True)
class Release:
    """One published generation. `manifest` holds as-of date, sources, checks and the sha256 of every file."""

    folder: Path
    manifest: dict[str, Any]

    @property
    def release_id(self) -> str:
        return str(self.manifest["release_id"])

    @property
    def place(self) -> tuple[int, str]:
        """Where it stands among the releases; those from before they were numbered go by their names, before others."""
        return self.manifest.get("sequence", 0), self.release_id

    @property
    def file(self) -> Path:
        return self.folder / FILE_NAME


BEFORE_AUDIENCES = {"audience": "analyst", "children_count": None, "key_id": None}
"""What the manifests of releases from before there were audiences do not say of their one file."""


def manifest_of(folder: Path) -> dict[str, Any]:
    """The manifest of a release as it lies on the disk. Raises DamagedRelease when it cannot be read."""
    path = folder / MANIFEST
    try:
        return dict(json.loads(path.read_text(encoding="utf-8")))
    except (ValueError, FileNotFoundError):
        raise DamagedRelease(
            f"{path} is missing or damaged. Go back to another release with `earlyhelp rollback --to`; "
            "`earlyhelp verify` says which are whole."
        ) from None


def _read(folder: Path) -> Release:
    manifest = manifest_of(folder)
    manifest["files"] = {path: BEFORE_AUDIENCES | entry for path, entry in manifest["files"].items()}
    return Release(folder, manifest)


def on_disk(settings: Settings) -> list[Release]:
    """All whole releases, oldest first.

    A folder without a manifest was never finished and is not a release; nor is one whose manifest cannot be read.
    """
    found = []
    for folder in folders(settings):
        with suppress(DamagedRelease):
            found.append(_read(folder))
    return sorted(found, key=lambda release: release.place)


def folders(settings: Settings) -> list[Path]:
    """The folder of every release that was finished, by name."""
    return [path.parent for path in sorted(settings.releases.glob(f"[!.]*/{MANIFEST}"))]


def in_force(settings: Settings) -> Release | None:
    """The release that readers see now, or None before the first publication.

    Raises DamagedRelease when its manifest cannot be read.
    """
    return _read(settings.current.resolve()) if settings.current.exists() else None


def free_id(settings: Settings, moment: datetime) -> str:
    """The moment's name, numbered within the second: no release has had it, on the shelf or in the journal."""
    base = moment.strftime("%Y%m%dT%H%M%SZ")
    known = {path.name for folder in (settings.releases, settings.knowledge) for path in folder.glob("[!.]*")}
    taken = [int(name.removeprefix(base).removeprefix("-") or 1) for name in known if name.split("-")[0] == base]
    return f"{base}-{max(taken) + 1:03}" if taken else base


def next_sequence(settings: Settings) -> int:
    """One more than that of the newest release; the clock, which may be set back, has no say."""
    return 1 + max((release.place[0] for release in on_disk(settings)), default=0)


def switch(settings: Settings, release: Release) -> None:
    """Put `release` in force: every file of it at once, by one rename."""
    durable.point(settings.current, release.folder)


def disclosed(release: Release, action: disclosures.Action, reason: str) -> list[disclosures.Disclosure]:
    """What the log of disclosures is told of each audience's file of a release: one line each.

    Parquet holds what the analysts' file holds, and is not told of once more.
    """
    moment = provenance.now()
    return [
        disclosures.Disclosure(
            action=action,
            audience=entry["audience"],
            file=f"releases/{release.release_id}/{path}",
            children_count=entry["children_count"],
            reason=reason,
            release_id=release.release_id,
            disclosed_at=moment,
        )
        for path, entry in release.manifest["files"].items()
        if path.endswith(".duckdb")
    ]


def before(settings: Settings) -> Release | None:
    """The release before the one in force that was not withdrawn; None where there is none."""
    current, withdrawn = in_force(settings), journal.withdrawals(settings)
    earlier = [
        release
        for release in on_disk(settings)
        if current and release.place < current.place and release.release_id not in withdrawn
    ]
    return earlier[-1] if earlier else None


def rollback(settings: Settings, to: str | None = None) -> Release:
    """Put an earlier release in force: the one before the current, or the one named.

    The bytes are verified against the manifest first. Raises LookupError when there is no such release or it was
    withdrawn, ValueError when its files are not what its manifest says.
    """
    with build_lock(settings):
        target = before(settings) if to is None else _named(settings, to)
        if target is None:
            raise LookupError("There is no earlier release to go back to.")
        verify(target)
        put_in_force_again(settings, target, "put in force again")
        return target


def put_in_force_again(settings: Settings, release: Release, reason: str) -> None:
    """Switch back to a release that was verified, and tell the log of disclosures why."""
    disclosures.record(settings, disclosed(release, "rollback", reason))
    switch(settings, release)


def _named(settings: Settings, release_id: str) -> Release:
    releases = {release.release_id: release for release in on_disk(settings)}
    if release_id not in releases:
        raise LookupError(f"No release {release_id} on the shelf. On the shelf: {', '.join(releases) or 'none'}.")
    if withdrawal := journal.withdrawals(settings).get(release_id):
        raise LookupError(
            f"Release {release_id} was withdrawn at {withdrawal.withdrawn_at[:19].replace('T', ' ')} UTC: "
            f"{withdrawal.reason}. Choose another."
        )
    return releases[release_id]


def verify(release: Release) -> None:
    """Check every file of a release against its manifest; raises ValueError naming the file that differs."""
    for problem in damage(release):
        raise ValueError(problem)


def damage(release: Release) -> Iterator[str]:
    """Each file of a release that is not what its manifest says, as a sentence."""
    for name, expected in release.manifest["files"].items():
        path = release.folder / name
        if not path.exists() or durable.sha256(path) != expected["sha256"]:
            yield f"{path} is missing or differs from its manifest; do not use release {release.release_id}."


def prune(settings: Settings) -> list[str]:
    """Remove the oldest releases beyond `keep_releases`, and unfinished ones; never the one in force."""
    for unfinished in settings.releases.glob(".*.part"):
        shutil.rmtree(unfinished)
    current = in_force(settings)
    surplus = [r for r in on_disk(settings)[: -settings.keep_releases] if current and r.folder != current.folder]
    for release in surplus:
        remove(release)
    return [release.release_id for release in surplus]


def remove(release: Release) -> None:
    """Take a release off the shelf, with every file in it."""
    # The manifest goes first, so that a kill in between leaves no folder that looks like a release.
    (release.folder / MANIFEST).unlink()
    shutil.rmtree(release.folder)

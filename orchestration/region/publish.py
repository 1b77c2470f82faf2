"""A region's release: fresh files, renamed into place, then switched in by one rename, as a council's is."""

import json
import shutil
from dataclasses import dataclass
from datetime import UTC, date, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

import duckdb

from orchestration.build import fingerprint
from orchestration.home import disclosures, durable, modes
from orchestration.home.lock import build_lock
from orchestration.region import handed, unite
from orchestration.region.council_list import Region
from orchestration.region.handed import Fit, Looked, fits
from orchestration.releases import parquet, store
from orchestration.releases.publish import DISTRIBUTION, PARQUET
from orchestration.settings import Settings

FILE = "open/early_help_region.duckdb"
UNITED = "councils"


@dataclass(frozen=True)
class Outcome:
    """What a run did: the release in force, whether it is new, and each council of the list."""

    release: store.Release
    is_new: bool
    looked: list[Looked]

    @property
    def file(self) -> Path:
        return self.release.folder / FILE


def publish(settings: Settings, region: Region, as_of: date | None = None) -> Outcome:
    """Unite the councils of a region and put their counts in force, unless the same are.

    Raises ValueError when the home is a council's, unite.TooFew when fewer than two councils can be united; the
    release in force stays.
    """
    if settings.build_file.exists() or settings.landing.exists():
        raise ValueError(
            f"{settings.home} is a council's home. Give the region a home of its own: set EARLYHELP_HOME to another "
            "folder. Nothing was changed."
        )
    with build_lock(settings):
        looked = handed.look(region.entries, as_of)
        in_force = store.in_force(settings)
        if in_force and _made_of(region, looked) == in_force.manifest.get("made_of"):
            return Outcome(in_force, False, looked)
        return _publish(settings, region, looked)


def _made_of(region: Region, looked: list[Looked]) -> dict[str, Any]:
    """What decides a release's content: the code, the list, each council's release."""
    return {
        "code_sha256": fingerprint.code(),
        "region": region.name,
        UNITED: [
            [one.entry.code, one.entry.name, one.release.release_id, one.release.manifest.get("content_sha256")]
            if isinstance(one, Fit)
            else [one.entry.code, one.entry.name, one.fault]
            for one in looked
        ],
    }


def _publish(settings: Settings, region: Region, looked: list[Looked]) -> Outcome:
    settings.releases.mkdir(parents=True, exist_ok=True)
    store.prune(settings)
    moment = datetime.now(UTC)
    release_id = store.free_id(settings, moment)
    draft = settings.releases / f".{release_id}.part"
    (draft / FILE).parent.mkdir(parents=True)
    try:
        before = [release.folder / FILE for release in store.on_disk(settings)]
        made_of = _made_of(region, looked)
        looked = unite.write(settings, region.name, looked, draft / FILE, before[-1] if before else None)
        durable.sync(draft / FILE)
        tables = parquet.write(settings, draft / FILE, draft / PARQUET)
        manifest = {
            "release_id": release_id,
            handed.REGION: region.name,
            "as_of_date": str(fits(looked)[0].as_of),
            "published_at": str(moment.replace(tzinfo=None)),
            "version": version(DISTRIBUTION),
            "sequence": store.next_sequence(settings),
            "duckdb_version": duckdb.__version__,
            "made_of": made_of,
            "files": {str(path.relative_to(draft)): _entry(path) for path in [draft / FILE, *tables]},
        }
        durable.write_text(draft / store.MANIFEST, json.dumps(manifest, indent=2) + "\n")
        release = store.Release(settings.releases / release_id, manifest)
        modes.publish(settings, draft)
        draft.replace(release.folder)
    except BaseException:
        shutil.rmtree(draft, ignore_errors=True)
        raise
    durable.sync(settings.releases)
    disclosures.record(settings, store.disclosed(release, "release", "published"))
    store.switch(settings, release)
    store.prune(settings)
    return Outcome(release, True, looked)


def _entry(path: Path) -> dict[str, Any]:
    return {
        "sha256": durable.sha256(path),
        "bytes": path.stat().st_size,
        "audience": "open",
        "children_count": None,
        "key_id": None,
    }

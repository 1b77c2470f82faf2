"""Publication: fresh files, verified, renamed into place, then switched in by one rename.

A kill at any step leaves the release in force untouched: everything happens in a folder whose name begins with a dot,
which nobody reads and the next publication removes.
"""

import json
import shutil
from datetime import UTC, date, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

import duckdb

from expectations.council import overlay
from orchestration.build import database, fingerprint, journal
from orchestration.home import audit, disclosures, durable, modes
from orchestration.home.lock import build_lock
from orchestration.releases import audience_files, content, open_file, parquet, reading, seal, store
from orchestration.releases.audience_files import Written
from orchestration.settings import Settings

DISTRIBUTION = "early-help-warehouse"
OPEN = "open/early_help_open.duckdb"
PARQUET = "parquet"


def publish(settings: Settings, as_of: date, run_id: str) -> store.Release:
    """Write, verify and put in force one release of the build; returns it.

    Raises OSError naming the room needed when the disk is too full, RuntimeError when what was written is not whole.
    """
    with build_lock(settings):
        return _publish(settings, as_of, run_id)


def _publish(settings: Settings, as_of: date, run_id: str) -> store.Release:
    settings.releases.mkdir(parents=True, exist_ok=True)
    before = store.in_force(settings)
    journal.settle(settings, before.release_id if before else None)
    store.prune(settings)
    _room_for(settings)
    published_at = datetime.now(UTC)
    release_id = store.free_id(settings, published_at)
    draft = settings.releases / f".{release_id}.part"
    draft.mkdir()
    try:
        manifest = _write(settings, draft, release_id, as_of, run_id, published_at)
        durable.write_text(draft / store.MANIFEST, json.dumps(manifest, indent=2) + "\n")
        journal.write(settings, manifest)
        release = store.Release(settings.releases / release_id, manifest)
        modes.publish(settings, draft)
        draft.replace(release.folder)
    except BaseException:
        shutil.rmtree(draft, ignore_errors=True)
        raise
    durable.sync(settings.releases)
    # Told first: a release that nobody could see may stand in the log, one that is not in it could be seen by nobody.
    disclosures.record(settings, store.disclosed(release, "release", "published"))
    store.switch(settings, release)
    journal.settle(settings, release_id)
    with database.connect(settings) as connection:
        journal.in_step(settings, connection)
    store.prune(settings)
    return release


def _room_for(settings: Settings) -> None:
    # The analysts' file is at most as large as the build it is copied from, which also holds raw and staging; so are
    # those of zones and schools together, where each child stands twice.
    needed, free = 2 * settings.build_file.stat().st_size, shutil.disk_usage(settings.releases).free
    if free < needed:
        raise OSError(
            f"{settings.releases} has {free / 2**20:.0f} MiB free; the release needs up to {needed / 2**20:.0f} MiB. "
            "Free some room or lower EARLYHELP_KEEP_RELEASES; the release in force is untouched."
        )


def _write(
    settings: Settings, draft: Path, release_id: str, as_of: date, run_id: str, published_at: datetime
) -> dict[str, Any]:
    row = {
        "release_id": release_id,
        "as_of_date": as_of,
        "published_at": published_at.replace(tzinfo=None),
        "run_id": run_id,
        "version": version(DISTRIBUTION),
        "code_sha256": fingerprint.code(),
        "inputs_sha256": fingerprint.inputs(settings),
    }
    if council := overlay.council():
        row |= {"council": f"{council.name}, version {council.version}", "council_sha256": council.sha256}
    written = audience_files.write(settings, draft, row)
    (analysts,) = [file for file in written if file.path == store.FILE_NAME]
    counts = _write_counts(settings, draft, row)
    tables = _write_parquet(settings, draft, analysts)
    if left := [path.name for path in draft.rglob("*.wal")]:
        raise RuntimeError(f"DuckDB left a write-ahead log beside the release ({left[0]}); it was not published")
    files = {file.path: _entry(draft, file) for file in [*written, counts, *tables]}
    with reading.opened(settings, store.Release(draft, {"files": files})) as connection:
        content_sha256 = content.digest(content.of_opened(connection))
        sources = connection.execute(
            """
            select source, count(*), sum(rows_read), sum(rows_accepted), sum(rows_rejected), max(extract_date)::varchar
            from ops.delivery
            group by source
            order by source
            """
        ).fetchall()
        checks = connection.execute(
            "select outcome, count(*) from ops.check_result where run_id = ? group by outcome order by outcome",
            [run_id],
        ).fetchall()
    names = ("source", "deliveries", "rows_read", "rows_accepted", "rows_rejected", "newest_extract")
    manifest = {
        **{key: str(value) for key, value in row.items()},
        "sequence": store.next_sequence(settings),
        "duckdb_version": duckdb.__version__,
        "sources": [dict(zip(names, source, strict=True)) for source in sources],
        "checks": dict(checks),
        "rows": analysts.rows,
        "content_sha256": content_sha256,
        "files": files,
        "logs": audit.heads(settings),
    }
    return seal.sealed(settings, manifest)


def _write_parquet(settings: Settings, draft: Path, analysts: Written) -> list[Written]:
    """The analysts' tables once more, unless their file is encrypted: Parquet would lay them open beside it."""
    if analysts.key_id:
        return []
    return [
        Written(analysts.name, str(path.relative_to(draft)), analysts.children_count, None, {})
        for path in parquet.write(settings, draft / analysts.path, draft / PARQUET)
    ]


def _write_counts(settings: Settings, draft: Path, row: dict[str, Any]) -> Written:
    """The open file. What the newest one on the shelf told stays known, in force or not; what it hid stays hidden."""
    before = [release.folder / OPEN for release in store.on_disk(settings) if (release.folder / OPEN).exists()]
    (draft / OPEN).parent.mkdir()
    rows = open_file.write(settings, draft / OPEN, row, before[-1] if before else None)
    durable.sync(draft / OPEN)
    return Written("open", OPEN, None, None, rows)


def _entry(draft: Path, file: Written) -> dict[str, Any]:
    path = draft / file.path
    return {
        "sha256": durable.sha256(path),
        "bytes": path.stat().st_size,
        "audience": file.name,
        "children_count": file.children_count,
        "key_id": file.key_id,
    }

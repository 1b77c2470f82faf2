"""Finds and opens the file that the release in force holds for an audience."""

from collections.abc import Iterator
from contextlib import contextmanager

import duckdb

from orchestration import engine, releases
from orchestration.engine import quoted
from orchestration.releases import keys
from orchestration.settings import Settings


@contextmanager
def open_release_file(settings: Settings, audience: str) -> Iterator[tuple[duckdb.DuckDBPyConnection, str]]:
    """A connection whose tables are those of an audience's file, read-only, and the id of the release.

    `audience` is named as in the manifest: analyst, open, zone/Z1, school/8381101. Raises LookupError when there is no
    release or no file for it, ValueError when the file is encrypted and its key cannot be made.
    """
    release = releases.in_force(settings)
    if release is None:
        raise LookupError("No release yet. Next: earlyhelp deliver …, then earlyhelp build.")
    path, key_id = _file_of(release, audience)
    with engine.connect(settings) as connection:
        attached = f"attach '{quoted(release.folder / path)}' as release"
        if key_id is None:
            connection.execute(f"{attached} (read_only)")
        else:
            # The key is handed over beside the statement, so that no message of DuckDB's can repeat it.
            key = keys.derive(settings, audience, key_id)
            connection.execute(f"{attached} (read_only, encryption_key $key)", {"key": key})
        connection.execute("use release")
        yield connection, release.release_id


def _file_of(release: releases.Release, audience: str) -> tuple[str, str | None]:
    """The path of an audience's file within a release, and the id of its key if it is encrypted."""
    files = {
        entry["audience"]: (path, entry["key_id"])
        for path, entry in release.manifest["files"].items()
        if path.endswith(".duckdb")
    }
    if audience not in files:
        raise LookupError(f"Release {release.release_id} has no file for {audience}; it has {', '.join(files)}.")
    return files[audience]

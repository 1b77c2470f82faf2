"""Opens the files of a release, encrypted or not, to be read."""

from collections.abc import Iterator
from contextlib import contextmanager

import duckdb

from orchestration.build import engine
from orchestration.build.engine import quoted
from orchestration.releases import keys
from orchestration.releases.store import DamagedRelease, Release
from orchestration.settings import Settings

ANALYSTS = "analyst"


@contextmanager
def opened(
    settings: Settings, release: Release, audience: str = ANALYSTS, name: str = "release"
) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection whose tables are those of an audience's file of a release, attached under a name.

    `audience` is named as in the manifest: analyst, open, zone/Z1, school/8381101. Raises LookupError when the release
    has no file for it, ValueError when the file is encrypted and its key cannot be made, or when it is damaged.
    """
    try:
        with engine.connect(settings) as connection:
            attach(connection, settings, release, name, audience)
            connection.execute(f"use {name}")
            yield connection
    except duckdb.Error as error:
        if engine.is_damage(error):
            raise DamagedRelease(
                f"A file of release {release.release_id} is damaged. `earlyhelp verify` says which; "
                "`earlyhelp rollback` puts the release before in force, `earlyhelp build` publishes a new one."
            ) from error
        raise


def connect(settings: Settings) -> duckdb.DuckDBPyConnection:
    """A connection to nothing yet, to which files are attached: for whoever reads several of them, or for long."""
    return engine.connect(settings)


def attach(
    connection: duckdb.DuckDBPyConnection, settings: Settings, release: Release, name: str, audience: str = ANALYSTS
) -> None:
    """Attach an audience's file of a release under a name, to be read. Raises as `opened` does."""
    path, key_id = _file_of(release, audience)
    attached = f"attach '{quoted(release.folder / path)}' as {name}"
    if key_id is None:
        connection.execute(f"{attached} (read_only)")
    else:
        # The key is handed over beside the statement, so that no message of DuckDB's can repeat it.
        key = keys.derive(settings, audience, key_id)
        connection.execute(f"{attached} (read_only, encryption_key $key)", {"key": key})


def _file_of(release: Release, audience: str) -> tuple[str, str | None]:
    """The path of an audience's file within a release, and the id of its key if it is encrypted."""
    files = {
        entry["audience"]: (path, entry["key_id"])
        for path, entry in release.manifest["files"].items()
        if path.endswith(".duckdb")
    }
    if audience not in files:
        raise LookupError(f"Release {release.release_id} has no file for {audience}; it has {', '.join(files)}.")
    return files[audience]

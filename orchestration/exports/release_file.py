"""Finds and opens the file that the release in force holds for an audience."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from orchestration import releases
from orchestration.build_file import quoted
from orchestration.releases import shelf
from orchestration.settings import Settings

FILES = {"analyst": shelf.FILE_NAME, "open": "open/early_help_open.duckdb"}
"""Where the file of an audience lies in a release."""


@contextmanager
def open_release_file(settings: Settings, audience: str) -> Iterator[tuple[duckdb.DuckDBPyConnection, str]]:
    """A connection whose tables are those that `audience` may see, read-only, and the id of the release.

    Raises LookupError when there is no release, no such audience, or no file for it.
    """
    release = releases.in_force(settings)
    if release is None:
        raise LookupError("No release yet. Next: earlyhelp deliver …, then earlyhelp build.")
    file = release.folder / _file_of(audience)
    if not file.exists():
        raise LookupError(f"Release {release.release_id} holds no file for {audience}.")
    options = {"memory_limit": settings.memory_limit, "temp_directory": str(settings.build / "spill")}
    with duckdb.connect(config=options) as connection:
        connection.execute("set enable_progress_bar = false")
        connection.execute(f"attach '{quoted(file)}' as release (read_only)")
        connection.execute("use release")
        yield connection, release.release_id


def _file_of(audience: str) -> Path:
    if audience not in FILES:
        raise LookupError(f"There is no audience {audience}; there are {', '.join(FILES)}.")
    return Path(FILES[audience])

"""Opens the private build file, the only place where children's rows are worked on."""

from collections.abc import Iterator
from contextlib import contextmanager

import duckdb

from orchestration.build import engine
from orchestration.home.lock import build_lock
from orchestration.settings import Settings

OLDER_BUILD = "The build was made by an older version, which kept less of it: run `earlyhelp build` first."
"""What to say where a table that a request needs is not there."""


def no_build(settings: Settings) -> str:
    """What to say where a request needs a build and there is none."""
    return f"There is no build in {settings.home} yet: run `earlyhelp build` first."


class DamagedBuild(RuntimeError):
    """The bytes of the build are not what they were; the message says what to do."""


@contextmanager
def connect(settings: Settings, read_only: bool = False) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection to the build, which is held meanwhile: DuckDB lets a reader in one process stop a writer in another.

    Raises BuildBusyError as `build_lock` does, DamagedBuild when the file, or what is read of it meanwhile, is damaged.
    """
    try:
        with build_lock(settings), engine.connect(settings, settings.build_file, read_only) as connection:
            yield connection
    except duckdb.Error as error:
        if remedy := damage(settings, error):
            raise DamagedBuild(remedy) from error
        raise


def holds(connection: duckdb.DuckDBPyConnection, relation: str) -> bool:
    """Whether there is a relation of that name, which names its schema and may name its database."""
    try:
        connection.execute(f"describe {relation}")
    except duckdb.CatalogException:
        return False
    return True


def damage(settings: Settings, error: duckdb.Error | str) -> str | None:
    """What to do about an error, or about what was said of one, if it is of a damaged build; else None."""
    if not engine.is_damage(error) or str(settings.releases) in str(error):
        return None
    return (
        f"The build {settings.build_file} is damaged. `earlyhelp rebuild` makes it again from the archive, with the "
        "decisions and what releases said; the release in force is untouched."
    )

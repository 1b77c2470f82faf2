"""An audience's file of a release, opened as whoever was told its key opens it."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from orchestration.releases import keys
from orchestration.settings import Settings
from tests.support.warehouse import KEY, Warehouse


def settings_of(warehouse: Warehouse) -> Settings:
    return Settings(home=warehouse.home, key=KEY)


@contextmanager
def opened(warehouse: Warehouse, name: str, folder: Path | None = None) -> Iterator[duckdb.DuckDBPyConnection]:
    """The file of this name, such as zone/Z1, of the release in force or of the one in a folder."""
    file = (folder or warehouse.home / "current") / f"{name}.duckdb"
    key = keys.derive(settings_of(warehouse), name, keys.newest(settings_of(warehouse), name))
    with duckdb.connect() as connection:
        connection.execute(f"attach '{file}' as place (read_only, encryption_key '{key}')")
        connection.execute("use place")
        yield connection

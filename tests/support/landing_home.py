"""A home with its build open, and what happens when files are put into its landing folder."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import duckdb

from orchestration import deliveries
from orchestration.build.database import connect
from orchestration.deliveries import DeliveryOutcome
from orchestration.deliveries.schema import ensure_schema
from orchestration.home import progress
from orchestration.settings import Settings
from tests.support import warm_readers


@dataclass
class Home:
    """A warehouse's home, its private build open, and every message of its loads."""

    settings: Settings
    connection: duckdb.DuckDBPyConnection
    messages: list[str]

    def landing(self, source: str) -> Path:
        return self.settings.landing / source

    def load(self) -> list[DeliveryOutcome]:
        with progress.shown_on(self.messages.append):
            return deliveries.load(self.settings, self.connection, "run")

    def load_one(self) -> DeliveryOutcome:
        (outcome,) = self.load()
        return outcome

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        return self.connection.execute(sql).fetchall()

    def value(self, sql: str) -> Any:
        ((value,),) = self.rows(sql)
        return value


@contextmanager
def opened(folder: Path, is_warm: bool = True) -> Iterator[Home]:
    """A new home in this folder, nothing delivered; unless `is_warm`, its reader is started as a home starts it."""
    settings = Settings(home=folder)
    settings.build.mkdir(parents=True)
    settings.build_file.write_bytes(_empty())
    with warm_readers.used() if is_warm else nullcontext(), connect(settings) as connection:
        yield Home(settings, connection, [])


@cache
def _empty() -> bytes:
    """A build with the tables of deliveries, which to make takes longer than to load a small file."""
    settings = Settings(home=Path(tempfile.mkdtemp()))
    try:
        with connect(settings) as connection:
            ensure_schema(connection)
        return settings.build_file.read_bytes()
    finally:
        shutil.rmtree(settings.home)


def report_text(outcome: DeliveryOutcome) -> str:
    """All that the reports of a delivery say."""
    return "".join(path.read_text() for path in sorted(outcome.report_path.parent.iterdir()))

"""A home with its build open, and what happens when files are put into its landing folder."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from orchestration import deliveries
from orchestration.build.database import connect
from orchestration.deliveries import DeliveryOutcome
from orchestration.home import progress
from orchestration.settings import Settings


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
def opened(folder: Path) -> Iterator[Home]:
    """A new home in this folder, nothing delivered."""
    settings = Settings(home=folder)
    with connect(settings) as connection:
        yield Home(settings, connection, [])


def report_text(outcome: DeliveryOutcome) -> str:
    """All that the reports of a delivery say."""
    return "".join(path.read_text() for path in sorted(outcome.report_path.parent.iterdir()))

"""A home with a build, and what happens when files are put into its landing folder."""

import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pytest

from orchestration import deliveries
from orchestration.build_file import connect
from orchestration.deliveries import DeliveryOutcome
from orchestration.settings import Settings


@dataclass
class Home:
    """A warehouse's home, its private build open, and every message that loading said."""

    settings: Settings
    connection: duckdb.DuckDBPyConnection
    messages: list[str]

    def landing(self, source: str) -> Path:
        return self.settings.landing / source

    def load(self) -> list[DeliveryOutcome]:
        return deliveries.load(self.settings, self.connection, "run", self.messages.append)

    def load_one(self) -> DeliveryOutcome:
        (outcome,) = self.load()
        return outcome

    def rows(self, sql: str) -> list[tuple]:
        return self.connection.execute(sql).fetchall()

    def value(self, sql: str) -> object:
        ((value,),) = self.rows(sql)
        return value


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    settings = Settings(home=tmp_path / "home")
    with connect(settings) as connection:
        yield Home(settings, connection, [])


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that other accounts may pass through, unlike those that pytest makes."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o711)
        yield Path(folder)


@pytest.fixture
def report() -> Callable[[DeliveryOutcome], str]:
    """All that the reports of a delivery say."""
    return lambda outcome: "".join(path.read_text() for path in sorted(outcome.report_path.parent.iterdir()))

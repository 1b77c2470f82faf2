"""A home with a build, and what happens when files are put into its landing folder."""

import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pytest

from orchestration import deliveries
from orchestration.build.database import connect
from orchestration.deliveries import DeliveryOutcome
from orchestration.home import progress
from orchestration.settings import Settings
from tests.support.small_build import make_build


@dataclass
class Home:
    """A warehouse's home, its private build open, and every message that loading said."""

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


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """A home whose build holds what a release is made of, large enough that publishing takes a moment."""
    return _home_with_a_build(tmp_path, monkeypatch, 200_000)


@pytest.fixture
def small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """The same with a small build, where it does not matter how long publishing takes."""
    return _home_with_a_build(tmp_path, monkeypatch, 2_000)


def _home_with_a_build(folder: Path, monkeypatch: pytest.MonkeyPatch, rows: int) -> Settings:
    monkeypatch.setenv("EARLYHELP_HOME", str(folder / "home"))
    monkeypatch.setenv("EARLYHELP_KEY", "k" * 64)
    made = Settings()
    make_build(made, 1, rows)
    return made

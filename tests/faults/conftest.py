"""A home with a build, and what happens when files are put into its landing folder."""

import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from orchestration.deliveries import DeliveryOutcome
from orchestration.settings import Settings
from tests.support import landing_home, small_build
from tests.support.landing_home import Home


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    with landing_home.opened(tmp_path / "home") as opened:
        yield opened


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that other accounts may pass through, unlike those that pytest makes."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o711)
        yield Path(folder)


@pytest.fixture
def report() -> Callable[[DeliveryOutcome], str]:
    """All that the reports of a delivery say."""
    return landing_home.report_text


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """A home whose build holds what a release is made of, large enough that publishing takes a moment."""
    return small_build.make_home(tmp_path, monkeypatch, 200_000)


@pytest.fixture
def small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """The same with a small build, where it does not matter how long publishing takes."""
    return small_build.make_home(tmp_path, monkeypatch, 2_000)

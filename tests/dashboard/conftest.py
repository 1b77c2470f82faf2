"""Dashboards of a home that tests share, and homes that a test may change."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from orchestration.settings import Settings
from tests.support.dashboards import Dashboard, home_like, served, settings_of
from tests.support.warehouse import Warehouse


@pytest.fixture(scope="session")
def shared(clean: Warehouse, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Dashboard]:
    """A dashboard that tests only read, of a copy of the clean county's home."""
    home = Path(shutil.copytree(clean.home, tmp_path_factory.mktemp("dashboard") / "home", symlinks=True))
    with served(settings_of(home)) as dashboard:
        yield dashboard


@pytest.fixture
def own(clean: Warehouse, tmp_path: Path) -> Settings:
    """The settings of a home that a test may change."""
    return home_like(clean.home, tmp_path / "home")

"""Dashboards of a home that tests share, and homes that a test may change."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from orchestration.settings import Settings
from tests.support.dashboards import Dashboard, served, settings_of
from tests.support.warehouse import Warehouse


@pytest.fixture(scope="session")
def shared(clean: Warehouse, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Dashboard]:
    """A dashboard that tests only read, of a copy of the clean county's home."""
    home = Path(shutil.copytree(clean.home, tmp_path_factory.mktemp("dashboard") / "home", symlinks=True))
    with served(settings_of(home)) as dashboard:
        yield dashboard


def _shared(source: str, target: str) -> None:
    """A file of a release is written once and then only read: the many homes of these tests have them in common."""
    if source.endswith((".duckdb", ".parquet")):
        os.link(source, target)
    else:
        shutil.copy2(source, target)


@pytest.fixture
def own(clean: Warehouse, tmp_path: Path) -> Settings:
    """The settings of a home that a test may change."""
    home = tmp_path / "home"
    shutil.copytree(clean.home / "releases", home / "releases", symlinks=True, copy_function=_shared)
    (home / "build").mkdir()
    shutil.copy(clean.home / "build" / "key.sha256", home / "build")
    for log in clean.home.glob("*.jsonl"):
        shutil.copy(log, home)
    (home / "current").symlink_to((clean.home / "current").readlink())
    return settings_of(home)

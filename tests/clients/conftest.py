"""A published release for the clients: a hamlet's, in a home that tests may publish from again."""

import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from orchestration.settings import Settings
from tests.support.clients import table
from tests.support.warehouse import KEY, Warehouse


@pytest.fixture(scope="session")
def found() -> Iterator[table.Findings]:
    """Where tests write down what a client does; at the end it is put into the table of the page."""
    findings: table.Findings = {}
    yield findings
    table.write(findings, date.today())


@pytest.fixture(scope="session")
def release_file(clean: Warehouse) -> Path:
    return clean.release_file


@pytest.fixture(scope="module")
def settings(clean: Warehouse, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A copy of the home, with its build."""
    home = tmp_path_factory.mktemp("copy") / "home"
    shutil.copytree(clean.home, home, symlinks=True)
    return Settings(home=home, key=KEY)

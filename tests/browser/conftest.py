"""A dashboard of the clean county, and a Chromium to look at it with."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.browser import Browser, started
from tests.support.dashboards import Dashboard, change, home_like, served, settings_of
from tests.support.desks import Desk
from tests.support.warehouse import Warehouse


@pytest.fixture(scope="session")
def dashboard(clean: Warehouse, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Dashboard]:
    home = Path(shutil.copytree(clean.home, tmp_path_factory.mktemp("browser") / "home", symlinks=True))
    with served(settings_of(home)) as dashboard:
        yield dashboard


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with started() as browser:
        yield browser


@pytest.fixture(scope="session")
def desk(dashboard: Dashboard, browser: Browser) -> Desk:
    return Desk(dashboard, browser)


@pytest.fixture(scope="module")
def desk_to_write_at(clean: Warehouse, browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """A dashboard of a home of a file's own, in which its tests enter what they like."""
    with served(home_like(clean.home, tmp_path_factory.mktemp("written") / "home")) as dashboard:
        yield Desk(dashboard, browser)


@pytest.fixture(scope="module")
def desk_with_notes(clean: Warehouse, browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """The same of a council that turned notes on."""
    settings = home_like(clean.home, tmp_path_factory.mktemp("noted") / "home")
    change(settings, "analyst", "update reference.ref_note_setting set is_on = true, class_code = 'ordinary'")
    with served(settings) as dashboard:
        yield Desk(dashboard, browser)

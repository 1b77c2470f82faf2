"""Homes that are built once, by the command line on real files, and how tests are spread over processes."""

import os
from pathlib import Path

import pytest

from tests.pipeline.warehouse import Warehouse

# Tests put files into landing and load them at once; those that are about quietness set what they need.
os.environ.setdefault("EARLYHELP_QUIET_SECONDS", "0")

SHARED_HOMES = {"dirty": "dirty", "clean": "clean", "census_only": "clean", "cases_home": "cases"}
"""Homes that take a minute to build, and the process whose tests share one, so that it is built once."""


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        shared = (group for home, group in SHARED_HOMES.items() if home in getattr(item, "fixturenames", ()))
        item.add_marker(pytest.mark.xdist_group(next(shared, item.path.stem)))


@pytest.fixture(scope="session")
def counties(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    from synthetic import county

    folder = tmp_path_factory.mktemp("counties")
    for name, clean in {"clean": True, "dirty": False}.items():
        county.write(folder / name, "hamlet", 1, clean)
    return {name: folder / name for name in ("clean", "dirty")}


def _built(home: Path, county: Path, *extracts: str) -> Warehouse:
    made = Warehouse(home, county)
    delivered = made.earlyhelp("deliver", *(county / "extracts" / name for name in extracts))
    assert delivered.returncode == 0, delivered.stderr
    made.build()
    return made


@pytest.fixture(scope="session")
def clean(counties: dict[str, Path], tmp_path_factory: pytest.TempPathFactory) -> Warehouse:
    """The warehouse of a county whose extracts hold no errors. Tests only read it."""
    return _built(tmp_path_factory.mktemp("clean"), counties["clean"], ".")


@pytest.fixture(scope="session")
def dirty(counties: dict[str, Path], tmp_path_factory: pytest.TempPathFactory) -> Warehouse:
    """The warehouse of a county whose extracts have the errors that real ones have. Tests only read it."""
    return _built(tmp_path_factory.mktemp("dirty"), counties["dirty"], ".")


@pytest.fixture(scope="session")
def census_only(counties: dict[str, Path], tmp_path_factory: pytest.TempPathFactory) -> Warehouse:
    """The warehouse of a council that delivers the census and nothing else. Tests only read it."""
    return _built(tmp_path_factory.mktemp("census_only"), counties["clean"], "school_census")

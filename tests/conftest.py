"""Homes that are built once, by the command line on real files, and how tests are spread over processes."""

import os
from dataclasses import replace
from pathlib import Path

import pytest

from tests.support.homes import copied, kept
from tests.support.warehouse import DAY, Warehouse

# Tests put files into landing and load them at once; those that are about quietness set what they need.
os.environ.setdefault("EARLYHELP_QUIET_SECONDS", "0")


LONGEST = (
    "tests/pipeline/test_rights.py",
    "tests/pipeline/test_any_order.py",
    "tests/pipeline/test_knowledge.py",
    "tests/pipeline/test_warehouse.py",
    "tests/faults/test_hostile_files.py",
    "tests/faults/test_trials.py",
    "tests/pipeline/test_service.py",
    "tests/unit/test_redact.py",
    "tests/faults/test_deliveries_sent_again.py",
    "tests/pipeline/test_audiences.py",
)
"""Files whose tests take a minute or more together, the longest first: begun last, one of them would end alone."""


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The tests of a file in one process, for they share what it made; what takes longest first."""

    def place(file: str) -> int:
        return LONGEST.index(file) if file in LONGEST else len(LONGEST)

    for item in items:
        item.add_marker(pytest.mark.xdist_group(file_of(item)))
    items.sort(key=lambda item: place(file_of(item)))


def file_of(item: pytest.Item) -> str:
    return item.nodeid.partition("::")[0]


@pytest.fixture(scope="session")
def counties() -> dict[str, Path]:
    """The extracts and the truth of a hamlet, without and with the errors that real extracts have. Only to be read."""
    return {name: _county(name) for name in ("clean", "dirty")}


def _county(name: str) -> Path:
    from synthetic import county

    return kept(f"{name}_county", lambda folder: county.write(folder, "hamlet", 1, clean=name == "clean"))


def _built(home: Path, county: Path) -> None:
    """Build a warehouse by the command line, whose processes are watched: whom they ask over a network is noted."""
    made = Warehouse(home, county)
    for command in (("deliver", county / "extracts"), ("build", "--as-of", DAY)):
        done = made.earlyhelp(*command)
        assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture(scope="session")
def clean(counties: dict[str, Path], tmp_path_factory: pytest.TempPathFactory) -> Warehouse:
    """The warehouse of a county whose extracts hold no errors. Tests only read it."""
    county = counties["clean"]
    folder = copied("clean", lambda draft: _built(draft / "home", county), tmp_path_factory.mktemp("clean"))
    return Warehouse(folder / "home", county)


@pytest.fixture(scope="session")
def dirty(counties: dict[str, Path], tmp_path_factory: pytest.TempPathFactory) -> Warehouse:
    """The warehouse of a county whose extracts have the errors that real ones have. Tests only read it."""
    county = counties["dirty"]
    folder = copied("dirty", lambda draft: _built(draft / "home", county), tmp_path_factory.mktemp("dirty"))
    return Warehouse(folder / "home", county)


@pytest.fixture(scope="session")
def census_only(counties: dict[str, Path], tmp_path_factory: pytest.TempPathFactory) -> Warehouse:
    """The warehouse of a council that delivers the census and nothing else. Tests only read it."""
    made = Warehouse(tmp_path_factory.mktemp("census_only") / "home", counties["clean"])

    def build(draft: Path) -> None:
        home = replace(made, home=draft / "home")
        assert home.here("deliver", made.county / "extracts" / "school_census").returncode == 0
        home.build()

    copied("census_only", build, made.home.parent)
    return made

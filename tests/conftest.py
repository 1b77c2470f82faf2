"""Homes that are built once, by the command line on real files, and how tests are spread over processes."""

import os
from pathlib import Path

import pytest

from tests.support.counties import built, built_of_the_census, extracts
from tests.support.warehouse import Warehouse

# Tests put files into landing and load them at once; those that are about quietness set what they need.
os.environ.setdefault("EARLYHELP_QUIET_SECONDS", "0")


LONGEST = (
    "tests/pipeline/test_rights.py",
    "tests/dashboard/test_entering_meanwhile.py",
    "tests/pipeline/test_knowledge.py",
    "tests/pipeline/test_state.py",
    "tests/pipeline/test_entries.py",
    "tests/pipeline/test_service.py",
    "tests/pipeline/test_any_order.py",
    "tests/pipeline/test_warehouse.py",
    "tests/faults/test_trials.py",
    "tests/pipeline/test_two_councils.py",
    "tests/pipeline/test_new_source.py",
    "tests/pipeline/test_broken_releases.py",
    "tests/dashboard/test_use_and_retention.py",
    "tests/pipeline/test_dbt_unit.py",
    "tests/pipeline/test_data_tests.py",
    "tests/pipeline/test_restricted.py",
    "tests/pipeline/test_sixth_flag.py",
    "tests/pipeline/test_planted_names.py",
    "tests/pipeline/test_populations.py",
    "tests/pipeline/test_documentation.py",
    "tests/pipeline/test_review.py",
    "tests/faults/test_hostile_files.py",
    "tests/pipeline/test_dagster.py",
    "tests/unit/test_synthetic_world.py",
    "tests/pipeline/test_audiences.py",
    "tests/pipeline/test_release.py",
    "tests/pipeline/test_social_care.py",
    "tests/pipeline/test_post16.py",
    "tests/dashboard/test_signing_in.py",
    "tests/pipeline/test_agenda.py",
    "tests/pipeline/test_levels.py",
)
"""Files whose tests take half a minute or more together, the longest first: begun last, one of them would end alone."""


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
    return {name: extracts(name) for name in ("clean", "dirty")}


@pytest.fixture(scope="session")
def clean(counties: dict[str, Path], tmp_path_factory: pytest.TempPathFactory) -> Warehouse:
    """The warehouse of a county whose extracts hold no errors. Tests only read it."""
    return built("clean", counties["clean"], tmp_path_factory.mktemp("clean"))


@pytest.fixture(scope="session")
def dirty(counties: dict[str, Path], tmp_path_factory: pytest.TempPathFactory) -> Warehouse:
    """The warehouse of a county whose extracts have the errors that real ones have. Tests only read it."""
    return built("dirty", counties["dirty"], tmp_path_factory.mktemp("dirty"))


@pytest.fixture(scope="session")
def census_only(counties: dict[str, Path], tmp_path_factory: pytest.TempPathFactory) -> Warehouse:
    """The warehouse of a council that delivers the census and nothing else. Tests only read it."""
    return built_of_the_census(counties["clean"], tmp_path_factory.mktemp("census_only"))

"""How tests are spread over processes: `make test` runs one for each core."""

import pytest

SHARED_HOMES = {"clean", "dirty", "census_only"}
"""Homes that take half a minute to build and are built once: whatever uses one stays together in one process."""


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        group = "homes" if SHARED_HOMES & set(item.fixturenames) else item.path.stem
        item.add_marker(pytest.mark.xdist_group(group))

"""A small home on which who is who is worked out."""

from pathlib import Path

import pytest

from tests.support import dirty_cases
from tests.support.homes import copied


@pytest.fixture(scope="session")
def cases_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with the dirty cases loaded and linked, nothing published. Tests only read it."""
    return copied("cases", dirty_cases.linked, tmp_path_factory.mktemp("cases")) / "home"

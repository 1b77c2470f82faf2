"""A small home on which who is who is worked out."""

from pathlib import Path

import pytest

from orchestration import deliveries
from orchestration.build import database, warehouse
from orchestration.settings import Settings
from tests.support import dirty_cases
from tests.support.warehouse import DAY, KEY


@pytest.fixture(scope="session")
def cases_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with the dirty cases loaded and linked, nothing published. Tests only read it."""
    folder = tmp_path_factory.mktemp("cases")
    settings = Settings(home=folder / "home", key=KEY)
    deliveries.deliver(settings, [dirty_cases.write(folder / "extracts")], None)
    with database.connect(settings) as connection:
        outcomes = deliveries.load(settings, connection, "run")
    assert {outcome.rows_rejected for outcome in outcomes} == {0}, outcomes
    warehouse.build_selected(settings, DAY, "+int_people_linked", "+int_review_records")
    return settings.home

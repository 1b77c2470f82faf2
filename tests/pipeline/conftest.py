"""A real pipeline on a small county: the command line, in processes of its own, on real files."""

from pathlib import Path

import pytest

from orchestration import build_file, dbt, deliveries
from orchestration.settings import Settings
from tests.pipeline import dirty_cases
from tests.pipeline.warehouse import DAY, KEY, Warehouse


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


@pytest.fixture(scope="session")
def cases_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with the dirty cases loaded and linked, nothing published. Tests only read it."""
    folder = tmp_path_factory.mktemp("cases")
    settings = Settings(home=folder / "home", key=KEY)
    deliveries.deliver(settings, [dirty_cases.write(folder / "extracts")], None)
    with build_file.connect(settings) as connection:
        outcomes = deliveries.load(settings, connection, "run")
    assert {outcome.rows_rejected for outcome in outcomes} == {0}, outcomes
    dbt.build_models(settings, DAY, "+int_people_linked")
    return settings.home

"""The clean county without the files of one of two sources, to be held against the county that has them."""

from collections.abc import Callable
from pathlib import Path

from orchestration import deliveries
from orchestration.build import database
from orchestration.settings import Settings
from tests.support.homes import copied
from tests.support.warehouse import KEY

MAY_LACK = ("cin_census", "nccis")
"""The sources that are left out, one in each county."""


def loaded_without(source: str, county: Path, folder: Path) -> Settings:
    """A home in this folder with what a county delivers but for a source of MAY_LACK: loaded, nothing built.

    What the counties have in common is loaded once.
    """
    copied("clean_lacking", lambda draft: _load(draft, county, lambda of: of not in MAY_LACK), folder)
    return _load(folder, county, lambda of: of in MAY_LACK and of != source)


def _load(home: Path, county: Path, is_sent: Callable[[str], bool]) -> Settings:
    settings = Settings(home=home, key=KEY)
    files = [path for path in sorted((county / "extracts").rglob("*.*")) if path.is_file()]
    deliveries.deliver(settings, [path for path in files if is_sent(path.parent.name)], None)
    with database.connect(settings) as connection:
        deliveries.load(settings, connection, "run")
    return settings

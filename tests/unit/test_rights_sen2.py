"""An erased child leaves every file of a SEN2 export, though most of its rows name the child by another row."""

from pathlib import Path

import pytest

from orchestration.deliveries.archive import archive
from orchestration.rights import files
from orchestration.rights.workspace import want_texts, workspace
from orchestration.settings import Settings
from tests.support.made_files import upn
from tests.support.made_sen2 import export, rows, write

pytestmark = pytest.mark.slow

TABLES = {
    "person": "people", "requests": "requests", "assessment": "assessments", "namedplan": "named_plans",
    "plandetail": "plan_details", "activeplans": "active_plans", "placementdetail": "placements", "senneed": "needs",
}  # fmt: skip


def test_every_row_is_found_by_the_row_it_belongs_to_and_none_of_another_export(tmp_path: Path) -> None:
    """Child 2 is in row 2 of one export and in row 1 of the next, where row 2 is another child's."""
    settings = Settings(home=tmp_path / "home", key="k" * 64)
    exports = {
        "20-01-2025": export([rows(1), rows(2), rows(3)]),
        "20-01-2026": export([rows(2, first=2), rows(3, first=2)]),
    }
    delivered = []
    for day, content in exports.items():
        for path in write(tmp_path / day, content, day):
            kept = archive(path, settings.archive)
            delivered.append(files.Delivered(kept.path, kept.sha256, "sen2", path.name))
    with workspace(settings) as connection:
        want_texts(connection, "upn", f"select 'upn|{upn(2)}' as text")
        found = {read.file.file_name: read for read in files.read(settings, connection, delivered)}
    assert len(found) == 16
    for day, row in (("20-01-2025", 2), ("20-01-2026", 1)):
        for module, table in TABLES.items():
            read = found[f"Blade-Export_{day}_{module}.csv"]
            assert read.is_whole
            assert read.rows == {f"sen2__{table}": [row]}

"""An erased child leaves every census of children in need, also those in which it had no UPN; the others stay."""

from pathlib import Path

import pytest

from orchestration.deliveries.archive import archive
from orchestration.rights import files
from orchestration.rights.purge import pupils_of, write_without
from orchestration.rights.workspace import want_texts, workspace
from orchestration.settings import Settings
from tests.support.made_cin_census import child, cin_census, episode, protection_plan
from tests.support.made_files import text, upn

pytestmark = pytest.mark.slow

TABLES = ("children", "episodes", "plans", "protection_plans")
PLANS = "<CINPlanDates><CINPlanStartDate>2024-10-20</CINPlanStartDate></CINPlanDates>" + protection_plan("2024-11-01")


def test_every_record_of_the_child_is_found_and_struck(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path / "home", key="k" * 64)
    details = episode("2024-10-01", more=PLANS)
    first = cin_census([child(1, details), child(2, details)], year="2025", reference_date="2025-03-31")
    second = cin_census([child(1, details), child(2, details, identifiers="<UPNunknown>UN5</UPNunknown>")])
    delivered = []
    for year, content in (("2025", first), ("2026", second)):
        kept = archive(text(tmp_path / f"cin_census_{year}.xml", content), settings.archive)
        delivered.append(files.Delivered(kept.path, kept.sha256, "cin_census", f"cin_census_{year}.xml"))
    with workspace(settings) as connection:
        want_texts(connection, "upn", f"select 'upn|{upn(2)}' as text")
        found = {read.file.file_name: read for read in files.read(settings, connection, delivered)}
        assert len(found) == 2
        for read in found.values():
            assert read.is_whole
            assert read.rows == {f"cin_census__{table}": [2] for table in TABLES}
            assert list(pupils_of(read)) == [2]
            write_without(read, tmp_path / "anew.xml")
            anew = (tmp_path / "anew.xml").read_text()
            assert "SC000001" in anew and "SC000002" not in anew
            again = archive(text(tmp_path / "again" / read.file.file_name, anew), settings.archive)
            delivery = files.Delivered(again.path, again.sha256, "cin_census", read.file.file_name)
            (left,) = files.read(settings, connection, [delivery])
            assert left.is_whole and left.rows == {}

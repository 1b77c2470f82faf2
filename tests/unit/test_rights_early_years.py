"""An erased child leaves every file of the Early Years Census, by the hash it is known by there."""

from pathlib import Path

import pytest

from orchestration.deliveries.archive import archive
from orchestration.home import macros
from orchestration.rights import files, identifiers
from orchestration.rights.purge import write_without
from orchestration.rights.workspace import want_texts, workspace
from orchestration.settings import Settings
from tests.support.made_early_years import early_years_csv, place

pytestmark = pytest.mark.slow


def test_the_rows_of_the_child_are_found_however_they_are_written_and_struck(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path / "home", key="k" * 64)
    rows = [
        place(1, forename="Gone"),
        place(2, forename="GONE", surname="Ráy-Test", postcode="zz11ab", urn="500012"),
        place(3, forename="Gone", postcode="ZZ1 1AD", surname="Raytest"),
        place(4, forename="Stays", surname="Raytest"),
    ]
    path = early_years_csv(tmp_path / "early_years_census", rows)
    kept = archive(path, settings.archive)
    delivered = files.Delivered(kept.path, kept.sha256, "early_years_census", path.name)
    described = "'early_years|GONE|RAYTEST|2022-10-01|' || " + str(
        macros.rendered("cleaning").default__clean_postcode("'ZZ1 1AB'")
    )
    with workspace(settings) as connection:
        known_by = f"'person|early_years_census/' || {identifiers.pseudonym(described)}"
        want_texts(connection, "person", f"select {known_by} as text")
        (read,) = files.read(settings, connection, [delivered])
        assert read.rows == {"early_years_census__places": [2]}
        write_without(read, tmp_path / "anew.csv")
    anew = (tmp_path / "anew.csv").read_text()
    assert "500012" not in anew and anew.count("Gone") == 2 and "Stays" in anew

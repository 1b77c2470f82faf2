"""An erased child leaves every list of children not in school, by the list's reference of it, all its spells."""

from pathlib import Path

import pytest

from orchestration.deliveries.archive import archive
from orchestration.rights import files
from orchestration.rights.purge import write_without
from orchestration.rights.workspace import want_texts, workspace
from orchestration.settings import Settings
from tests.support.made_files import uln, upn
from tests.support.made_not_in_school import HEADINGS, not_in_school_csv, spell

pytestmark = pytest.mark.slow


@pytest.mark.parametrize(
    ("kind", "text"), [("person", "person|not_in_school/E000001"), ("upn", f"upn|{upn(1)}"), ("uln", f"uln|{uln(1)}")]
)
def test_all_spells_of_the_child_are_found_by_each_of_its_identifiers_and_struck(
    tmp_path: Path, kind: str, text: str
) -> None:
    settings = Settings(home=tmp_path / "home", key="k" * 64)
    rows = [
        spell(1, forename="Gone", upn=upn(1), uln=uln(1), end="01/02/2026"),
        spell(1, forename="Gone", upn=upn(1), uln=uln(1), kind="CME", start="01/02/2026", suitability=""),
        spell(2, forename="Stays", upn=upn(2)),
    ]
    path = not_in_school_csv(tmp_path / "not_in_school", rows)
    kept = archive(path, settings.archive)
    delivered = files.Delivered(kept.path, kept.sha256, "not_in_school", path.name)
    with workspace(settings) as connection:
        want_texts(connection, kind, f"select '{text}' as text")
        (read,) = files.read(settings, connection, [delivered])
        assert read.rows == {"not_in_school__spells": [1, 2]}
        write_without(read, tmp_path / "anew.csv")
    assert (tmp_path / "anew.csv").read_text().splitlines() == [HEADINGS, rows[2]]

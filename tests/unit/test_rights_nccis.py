"""An erased young person leaves every month of the NCCIS, also those in which they had no UPN; the others stay."""

from pathlib import Path

import pytest

from orchestration.deliveries.archive import archive
from orchestration.rights import files
from orchestration.rights.purge import pupils_of, write_without
from orchestration.rights.workspace import want_texts, workspace
from orchestration.settings import Settings
from tests.support.made_files import text, uln, upn
from tests.support.made_nccis import nccis, young_person

pytestmark = pytest.mark.slow

MORE = (
    "<SeptemberGuarantee><Year11><GuaranteeStatus>110</GuaranteeStatus></Year11></SeptemberGuarantee>"
    "<LevelOfNeed><CharacteristicCode>140</CharacteristicCode></LevelOfNeed>"
)


@pytest.mark.parametrize("known_by", [f"upn|{upn(2)}", f"uln|{uln(2)}"], ids=["a UPN", "a learner number"])
def test_every_record_of_the_young_person_is_found_and_struck(tmp_path: Path, known_by: str) -> None:
    settings = Settings(home=tmp_path / "home", key="k" * 64)
    other = young_person(1, more=MORE).replace("Ada", "Ida")
    january = nccis([other, young_person(2, more=MORE)])
    without_upn = young_person(2, more=MORE).replace(f"<UniquePupilNumber>{upn(2)}</UniquePupilNumber>", "")
    february = nccis([other, without_upn], month="2026-02-28")
    delivered = []
    for month, content in (("2026-01-31", january), ("2026-02-28", february)):
        kept = archive(text(tmp_path / f"nccis_{month}.xml", content), settings.archive)
        delivered.append(files.Delivered(kept.path, kept.sha256, "nccis", f"nccis_{month}.xml"))
    with workspace(settings) as connection:
        want_texts(connection, known_by[:3], f"select '{known_by}' as text")
        found = {read.file.file_name: read for read in files.read(settings, connection, delivered)}
        tables = ("young_people", "activities", "guarantees", "characteristics")
        for read in found.values():
            assert read.is_whole
            assert read.rows == {f"nccis__{table}": [2] for table in tables}
            assert list(pupils_of(read)) == [2]
            write_without(read, tmp_path / "anew.xml")
            anew = (tmp_path / "anew.xml").read_text()
            assert "9990000000001" in anew and "9990000000002" not in anew
            again = archive(text(tmp_path / "again" / read.file.file_name, anew), settings.archive)
            delivery = files.Delivered(again.path, again.sha256, "nccis", read.file.file_name)
            (left,) = files.read(settings, connection, [delivery])
            assert left.is_whole and left.rows == {}

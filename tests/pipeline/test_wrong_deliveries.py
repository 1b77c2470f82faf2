"""A wrong delivery leaves the release in force untouched and says what to do."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.warehouse import Warehouse


@pytest.fixture
def served(clean: Warehouse, tmp_path: Path) -> Warehouse:
    """A copy of a built home, so that each test may spoil its own."""
    home = tmp_path / "home"
    shutil.copytree(clean.home, home, symlinks=True)
    return Warehouse(home, clean.county)


def _truncated_xml(county: Path, folder: Path) -> Path:
    original = sorted((county / "extracts/school_census").glob("*_2026_summer.xml"))[0]
    wrong = folder / original.name
    wrong.write_bytes(original.read_bytes()[:-400])
    return wrong


def _renamed_column(county: Path, folder: Path) -> Path:
    original = next((county / "extracts/synergy").glob("synergy_pupils_*.csv"))
    wrong = folder / "synergy_pupils_2026-06-25.csv"
    wrong.write_text(original.read_text(encoding="utf-8-sig").replace("DOB", "Day of Birth", 1), encoding="utf-8-sig")
    return wrong


def _unknown_attendance_code(county: Path, folder: Path) -> Path:
    original = next((county / "extracts_collect/school_census").glob("2026_summer_termlysessiondetailsonroll.csv"))
    wrong = folder / original.name
    head, *lines = original.read_text().splitlines()
    position = head.split(",").index("attendancereason")
    changed = [",".join("!!" if i == position else cell for i, cell in enumerate(line.split(","))) for line in lines]
    wrong.write_text("\n".join([head, *changed]) + "\n")
    return wrong


def _school_missing(county: Path, folder: Path) -> Path:
    original = next((county / "extracts/synergy").glob("synergy_enrolments_*.csv"))
    wrong = folder / "synergy_enrolments_2026-06-25.csv"
    lines = original.read_text(encoding="utf-8-sig").splitlines()
    position = lines[0].split(",").index("DfE Number")
    school = lines[1].split(",")[position]
    wrong.write_text("\n".join(line for line in lines if line.split(",")[position] != school) + "\n", encoding="utf-8")
    return wrong


def _wrong_encoding(county: Path, folder: Path) -> Path:
    original = next((county / "extracts/synergy").glob("synergy_pupils_*.csv"))
    wrong = folder / "synergy_pupils_2026-06-25.csv"
    text = original.read_text(encoding="utf-8-sig")
    cell = text.splitlines()[1].split(",")[3]
    wrong.write_bytes(text.replace(cell, "Zoë").encode("cp1252"))
    return wrong


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (_truncated_xml, ["school_census_"]),
        (_renamed_column, ["birth_date", "did column 6 take its place?"]),
        (_unknown_attendance_code, ["attendance_code", "code_unknown"]),
        (_school_missing, ["school"]),
        (_wrong_encoding, ["UTF-8"]),
    ],
    ids=lambda value: value.__name__.strip("_") if callable(value) else "",
)
def test_a_wrong_delivery_leaves_the_release_untouched_and_says_what_to_do(
    served: Warehouse, tmp_path: Path, spoil: Callable[[Path, Path], Path], words: list[str]
) -> None:
    before = (served.home / "current").resolve().name, served.release_file.read_bytes()
    wrong = spoil(served.county, tmp_path)
    source = "synergy" if wrong.name.startswith("synergy") else "school_census"
    assert served.here("deliver", "--source", source, wrong).returncode == 0
    printed = served.build(expect=1)
    assert "the release in force is untouched" in printed
    assert ((served.home / "current").resolve().name, served.release_file.read_bytes()) == before
    ((delivery_id, status),) = served.inside(
        "select delivery_id, status from ops.delivery order by sequence desc limit 1"
    )
    assert status == "rejected"
    assert delivery_id in printed
    report = "".join(path.read_text() for path in (served.home / "quarantine" / delivery_id).iterdir())
    assert wrong.name in report
    for word in words:
        assert word in report
    # Nothing waits any more, the bytes are kept, and the next build goes on without the delivery.
    assert not [path for path in (served.home / "landing").rglob("*") if path.is_file()]
    assert [path for path in (served.home / "archive").iterdir() if path.name.startswith(delivery_id)]

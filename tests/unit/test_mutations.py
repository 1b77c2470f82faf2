"""A mutation breaks what it says and nothing else, and can be drawn again."""

from pathlib import Path

import pytest

from benchmarks.mutations.draw import drawn
from benchmarks.mutations.files import read
from benchmarks.mutations.kinds import KINDS, Column

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def extracts(counties: dict[str, Path]) -> Path:
    return counties["clean"] / "extracts"


@pytest.mark.parametrize(
    "name",
    [
        "synergy/synergy_pupils_2026-06-26.csv",
        "family_matters/family_matters_2026-06-12.xlsx",
        "school_census/school_census_8384501_2026_summer.xml",
    ],
)
def test_a_file_that_is_not_broken_says_what_it_said(extracts: Path, tmp_path: Path, name: str) -> None:
    unbroken = read(extracts / name)
    written = tmp_path / Path(name).name
    written.write_bytes(unbroken.bytes())
    again = read(written)
    assert [(sheet.heading, sheet.rows) for sheet in again.sheets] == [
        (sheet.heading, sheet.rows) for sheet in unbroken.sheets
    ]
    assert sum(len(sheet.rows) for sheet in again.sheets) > 50


def test_the_same_number_is_the_same_mutation(extracts: Path) -> None:
    one, again, other = drawn(3, 1, extracts), drawn(3, 1, extracts), drawn(3, 2, extracts)
    assert one == again
    assert one != other


@pytest.mark.parametrize("number", range(len(KINDS)))
def test_each_kind_breaks_something(extracts: Path, number: int) -> None:
    mutation = drawn(number, 1, extracts)
    assert mutation.kind == list(KINDS)[number]
    assert mutation.content != mutation.path.read_bytes()


def test_a_column_of_a_return_moves_from_pupil_to_pupil(extracts: Path, tmp_path: Path) -> None:
    path = extracts / "school_census/school_census_8384501_2026_summer.xml"
    delivery, before = read(path), read(path).sheets[0]
    upn = Column(delivery.sheets[0], before.columns.index("PupilIdentifiers/UPN"))
    upn.put([*upn.cells[-1:], *upn.cells[:-1]])
    written = tmp_path / path.name
    written.write_bytes(delivery.bytes())
    after = read(written).sheets[0]
    assert [row[upn.place] for row in after.rows[1:]] == [row[upn.place] for row in before.rows[:-1]]
    others = [place for place in range(len(before.columns)) if place != upn.place]
    assert [[row[n] for n in others] for row in after.rows] == [[row[n] for n in others] for row in before.rows]

"""The release gate alone: what loading stops or tells of is let through, built, and held by the second wall.

Each delivery is one of the county's own, broken as a real one was, and loaded with the gate of deliveries silenced.
"""

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from benchmarks.mutations.files import Cells, Delivery, read
from benchmarks.mutations.trial import changed
from expectations import gate
from tests.support.made_files import upn
from tests.support.warehouse import Warehouse

Break = Callable[[Delivery], None]
INVENTED = 59
THEIR_SCHOOL = "838/4501"


def _cells(heading: str, change: Callable[[str], object]) -> Break:
    """Change what stands below a heading of the first sheet."""

    def broken(delivery: Delivery) -> None:
        place = delivery.sheets[0].columns.index(heading)
        for row in delivery.sheets[0].rows:
            row[place] = change(row[place])

    return broken


def _rows(more: Callable[[list[Cells]], list[Cells]]) -> Break:
    """Add rows to the first sheet, made of those that are there."""

    def broken(delivery: Delivery) -> None:
        delivery.sheets[0].rows += more(delivery.sheets[0].rows)

    return broken


def _invented_pupils(rows: list[Cells]) -> list[Cells]:
    return [[f"X{n}", upn(n), "", f"Quill{n}", "Bo", "02/10/2013", *row[6:]] for n, row in enumerate(rows[:INVENTED])]


def _enrolled(rows: list[Cells]) -> list[Cells]:
    """The invented pupils at a school, and twelve children of other schools there too, as if at no other."""
    twice = [row for row in rows if not row[4] and row[1] != THEIR_SCHOOL][:12]
    return [
        *([f"X{n}", THEIR_SCHOOL, "C", "03/09/2024", "", "7"] for n in range(INVENTED)),
        *([row[0], THEIR_SCHOOL, *row[2:]] for row in twice),
    ]


def _month_first(delivery: Delivery) -> None:
    """A school's month, with the days up to the 12th read as months and everybody away."""
    _cells("Date", lambda day: f"{day[:4]}-{day[8:]}-{day[5:7]}" if int(day[8:]) <= 12 else day)(delivery)
    for session in ("AM", "PM"):
        _cells(session, lambda code: "O")(delivery)


GONE: dict[str, Break] = {
    # Households FM1, members' households FM00001: no child is of a supported family.
    "family_matters/family_matters_2026-06-12.xlsx": _cells("Household Ref", lambda ref: re.sub("FM0+", "FM", ref)),
    "synergy/synergy_sen_2026-06-26.csv": _cells("Pupil Ref", lambda ref: f"0{ref}"),
    "deprivation/*.csv": _cells("LSOA code (2011)", lambda code: code.replace("E019", "E029")),
    "front_door/front_door_people_2026-06-26.csv": _cells("DOB", lambda day: re.sub(r"/20", "/19", day)),
}
CAME: dict[str, Break] = {
    # As when a look-up's #N/A in End Date is read as empty: every family is supported to this day.
    "family_matters/family_matters_2026-06-12.xlsx": _cells("End Date", lambda day: None),
    "synergy/synergy_pupils_2026-06-26.csv": _rows(_invented_pupils),
    "synergy/synergy_enrolments_2026-06-26.csv": _rows(_enrolled),
    "attendance_daily/attendance_daily_8384501_2026-06-25.csv": _month_first,
}


@pytest.fixture
def served(clean: Warehouse, tmp_path: Path) -> Warehouse:
    return Warehouse(Path(shutil.copytree(clean.home, tmp_path / "home", symlinks=True)), clean.county)


def _deliver(served: Warehouse, folder: Path, broken: dict[str, Break]) -> None:
    for pattern, do in broken.items():
        (path,) = (served.county / "extracts").glob(pattern)
        delivery = read(path)
        do(delivery)
        file = folder / path.name
        file.write_bytes(delivery.bytes())
        assert served.here("deliver", "--source", path.parent.name, file).returncode == 0


SAID = """
    with said as (select * from ops.check_result where suite = 'release')

    select rule, detail from said
    where outcome = ? and checked_at = (select max(checked_at) from said)
"""
"""What the release gate said last."""


def _stopped_by(served: Warehouse) -> dict[str, str]:
    """Build; nothing may be published. The rules that stopped it, with what they said."""
    before = served.release_file.resolve()
    assert "the release in force is untouched" in served.build(expect=1)
    assert served.release_file.resolve() == before
    return dict(served.inside(SAID, "fail"))


def _accept(served: Warehouse, rules: set[str], reason: str) -> None:
    for rule in rules:
        done = served.here("accept-change", rule, "--reason", reason)
        assert done.returncode == 0, done.stderr


def _words(served: Warehouse) -> dict[str, str]:
    """The changes that the release in force was let through with, and what it says of them."""
    return {rule: said for rule, said in served.release(SAID, "warn") if "Accepted by" in said}


def test_what_vanished_is_stopped_and_put_right_with_an_engineers_word(
    served: Warehouse, clean: Warehouse, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as silenced:
        silenced.setattr(gate, "check_deliveries", lambda *_: [])
        _deliver(served, tmp_path, GONE)
        stopped = _stopped_by(served)
    assert set(stopped) == {"flags_vanished", "deciles_lost", "links_lost", "flag_rate_leapt"}
    assert "county family from 17 to 0, county sen from 55 to 0" in stopped["flags_vanished"]
    assert "100.0 % of the children live in an area without a decile" in stopped["deciles_lost"]
    assert "front_door: 0 of 0 linked, after 98 of 123" in stopped["links_lost"]

    # An engineer who is wrong can publish it, and is named in the release.
    _accept(served, set(stopped), "we were told so")
    served.build()
    assert {rule: "we were told so" in said for rule, said in _words(served).items()} == dict.fromkeys(stopped, True)
    assert changed(clean.release_file, served.release_file)

    # The right files again are as large a change, and true.
    _deliver(served, tmp_path, dict.fromkeys(GONE, lambda delivery: None))
    put_right = _stopped_by(served)
    assert "county family from 0 to 17, county sen from 0 to 55" in put_right["flags_doubled"]
    _accept(served, set(put_right), "the files of June were wrong")
    served.build()
    assert set(_words(served)) == set(put_right)
    differing = {figure.partition(".")[0] for figure in changed(clean.release_file, served.release_file)}
    assert differing == {"mart_restatement"}, "the figures are what they were, and what was said meanwhile is on record"


def test_what_came_from_nowhere_is_stopped(served: Warehouse, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gate, "check_deliveries", lambda *_: [])
    _deliver(served, tmp_path, CAME)
    stopped = _stopped_by(served)
    assert set(stopped) == {"flags_doubled", "children_from_nowhere"}
    assert "county family from 17 to " in stopped["flags_doubled"]
    assert f"{INVENTED} of " in stopped["children_from_nowhere"]
    # The county moves by 9.9 points, which is no leap yet: the school is seen in its zone.
    assert "Z2 attendance from 20 to 51" in stopped["flags_doubled"]
    warned = dict(served.inside(SAID, "warn"))
    assert "12 children have two open main registrations at once" in warned["children_at_two_schools"]

"""What a huddle decides keeps a child off the next agenda, the day after as well, until something changes."""

import csv
import shutil
from pathlib import Path

import pytest

from orchestration import deliveries
from orchestration.build import database, warehouse
from orchestration.settings import Settings
from tests.support.warehouse import DAY, KEY, Warehouse

HUDDLE = "26/06/2026"
"""The day of the clean home: what was decided then, was decided of what that release showed."""
TOMORROW, LATER, CHANGED = "2026-06-27", "2026-06-29", "2026-06-30"
ON_AGENDA = "select reason_code from mart.mart_huddle_agenda where child_durable_key = ?"
DECISION = """
    select last_decision_code, last_decided_date::varchar, decision_holds_until_date::varchar, decision_end_reason
    from mart.mart_child_list where child_durable_key = ?
"""


@pytest.fixture(scope="module")
def home(clean: Warehouse, tmp_path_factory: pytest.TempPathFactory) -> Warehouse:
    folder = tmp_path_factory.mktemp("agenda") / "home"
    shutil.copytree(clean.home, folder, symlinks=True)
    return Warehouse(folder, clean.county)


def _children(home: Warehouse) -> dict[str, tuple[str, str, str]]:
    """One child of each reason that a decision can answer: its key, its UPN and its school."""
    found = home.inside(
        """
        select agenda.reason_code, agenda.child_durable_key, min(identities.upn), min(agenda.school_id)
        from mart.mart_huddle_agenda as agenda
        inner join intermediate.int_child_identity as identities using (child_durable_key)
        inner join mart.mart_child_list as listed using (child_durable_key)
        where agenda.reason_code in ('first_tier', 'newly_flagged', 'surprise') and listed.sen_state = 'not_raised'
            and listed.response_code is null and len(identities.upn) = 13
        group by all
        order by all
        """
    )
    return {reason: (key, upn, school) for reason, key, upn, school in found}


def _deliver(home: Warehouse, folder: Path, source: str, day: str, more: dict[str, list[list[str]]]) -> None:
    """A later extract of a source: the rows of the county's, and more of some of its tables."""
    folder.mkdir()
    for path in sorted((home.county / "extracts" / source).glob(f"*_{DAY}.csv")):
        with path.open(encoding="utf-8-sig", newline="") as old:
            rows = [*csv.reader(old)]
        table = path.stem.removesuffix(f"_{DAY}")
        with (folder / f"{table}_{day}.csv").open("w", encoding="utf-8", newline="") as new:
            csv.writer(new).writerows([*rows, *more.get(table, [])])
    done = home.here("deliver", folder)
    assert done.returncode == 0, done.stdout + done.stderr


def _night(home: Warehouse, day: str) -> None:
    """Take in what waits and build the tables that are asked: what is claimed is of them, so no release is written."""
    settings = Settings(home=home.home, key=KEY)
    with database.connect(settings) as connection:
        deliveries.load(settings, connection, day)
    warehouse.build_selected(settings, day, "+mart_child_list", "+mart_huddle_agenda", "+fct_flag_raised")


def test_a_decision_holds_the_next_day_and_the_one_after_until_a_flag_comes_up(home: Warehouse, tmp_path: Path) -> None:
    children = _children(home)
    assert {"first_tier", "newly_flagged"} <= set(children)
    numbered = [*enumerate(children.values())]
    held = [[f"HU{n}", f"{school[:3]}/{school[3:]}", HUDDLE, "held"] for n, (_, _, school) in numbered]
    decided = [[f"HU{n}", upn, "", "watch", ""] for n, (_, upn, _) in numbered]
    more = {"huddles_huddles": held, "huddles_reviews": decided}
    _deliver(home, tmp_path / "huddles", "huddles", TOMORROW, more)

    for day in (TOMORROW, LATER):
        _night(home, day)
        for key, _, _ in children.values():
            assert home.inside(ON_AGENDA, key) == []
            assert home.inside(DECISION, key) == [("watch", "2026-06-26", "2026-10-16", "time")]

    # A flag that is up on the day is seen on another date each day of the half term that runs; it is known since then.
    moved, known = home.inside(
        "select max(raised_date)::varchar, max(raised_known_date)::varchar from core.fct_flag_raised "
        "where child_durable_key = ? and raised_date > '2026-06-01'",
        children["newly_flagged"][0],
    )[0]
    assert (moved, known) == (LATER, "2026-06-26")

    key, upn, _ = children["first_tier"]
    (pupil,) = home.inside("select min(pupil_id) from staging.stg_synergy__pupils where upn = ?", upn)[0]
    support = [[pupil, "K", "29/06/2026", "", "SEMH", ""]]
    _deliver(home, tmp_path / "synergy", "synergy", CHANGED, {"synergy_sen": support})
    _night(home, CHANGED)
    assert home.inside(DECISION, key) == [("watch", "2026-06-26", CHANGED, "flag_changed")]
    assert home.inside(ON_AGENDA, key) == [("first_tier",)]
    others = [other for reason, (other, _, _) in children.items() if reason != "first_tier"]
    assert [home.inside(ON_AGENDA, other) for other in others] == [[]] * len(others)

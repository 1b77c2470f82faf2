"""A build that does not add up is not published."""

import shutil
from datetime import date
from pathlib import Path

import duckdb

from expectations import gate
from orchestration import releases
from orchestration.build import database
from orchestration.releases import accepted_changes
from orchestration.settings import Settings
from tests.support.warehouse import DAY, KEY, Warehouse


def test_a_build_that_lost_a_row_is_stopped_by_the_release_gate(clean: Warehouse, tmp_path: Path) -> None:
    shutil.copytree(clean.home, tmp_path / "home", symlinks=True)
    spoiled = Warehouse(tmp_path / "home", clean.county)
    before = spoiled.release("select release_id from ops.release")
    with duckdb.connect(str(spoiled.home / "build" / "early_help.duckdb")) as build:
        build.execute("delete from raw.synergy__pupils where _row_number = 1")
    printed = spoiled.build(expect=1, as_of="2026-06-25")
    assert "the release in force is untouched" in printed
    assert "rows" in printed
    assert spoiled.release("select release_id from ops.release") == before
    failed = spoiled.inside("select rule from ops.check_result where outcome = 'fail'")
    assert len(failed) == 1


def _judged(home: Path) -> dict[str, str]:
    """The outcomes of the release gate on the build of a home, compared with its release in force."""
    settings = Settings(home=home, key=KEY)
    previous = releases.in_force(settings)
    with database.connect(settings) as connection:
        releases.attach(connection, settings, previous, gate.BEFORE)
        accepted = accepted_changes.of_release(settings, previous.release_id)
        results = gate.check_release(connection, "run", date.fromisoformat(DAY), accepted)
    return {result.rule: result.outcome for result in results}


def test_a_flag_that_vanished_is_published_only_with_an_engineers_word(clean: Warehouse, tmp_path: Path) -> None:
    shutil.copytree(clean.home, tmp_path / "home", symlinks=True)
    changed = Warehouse(tmp_path / "home", clean.county)
    assert set(_judged(changed.home).values()) == {"pass"}
    with duckdb.connect(str(changed.home / "build" / "early_help.duckdb")) as build:
        build.execute("update mart.mart_zone_dashboard set raised_count = 0 where flag_code = 'sen'")
    assert _judged(changed.home)["flags_vanished"] == "fail"

    nothing = changed.earlyhelp("accept-change", "children_lost", "--reason", "it is so")
    assert nothing.returncode == 1
    assert "flags_vanished" in nothing.stderr
    done = changed.earlyhelp("accept-change", "flags_vanished", "--reason", "all plans were reviewed in June")
    assert done.returncode == 0, done.stderr
    assert {rule for rule, outcome in _judged(changed.home).items() if outcome != "pass"} == {"flags_vanished"}
    assert _judged(changed.home)["flags_vanished"] == "warn"

    kept = (changed.home / "accepted_changes.jsonl").read_text()
    assert "all plans were reviewed in June" in kept
    assert accepted_changes.of_release(Settings(home=changed.home, key=KEY), "another release") == {}

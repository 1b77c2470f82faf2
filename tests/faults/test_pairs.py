"""Two commands at once, on one home: each ends as documented, and what is there is what one after the other leaves.

The pairs on a built county take a quarter of an hour and are run when EARLYHELP_TRIALS is set; a few on a small home
are run always.
"""

import json
import os
import shutil
import subprocess
import sys
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from orchestration import releases
from orchestration.build import journal
from orchestration.home import decisions, disclosures
from orchestration.releases import content, store
from orchestration.settings import PROJECT, Settings
from tests.support.small_build import make_build
from tests.support.warehouse import DAY, KEY, Warehouse

CODES = {0, 1, 3, 4}
"""Exit codes that the command line documents."""

ROTATE = "keys rotate --all"
EXPORT = "export mart.mart_zone_dashboard --out {out}.csv"
BUILD = f"build --as-of {DAY}"
LOOK_BACK = "build --as-of 2026-05-01"
CHILD = "erase --child {child}"
ACCESS = "subject-access --child {child} --out {out} --reason trial"

PAIRS = [
    (BUILD, BUILD),
    (LOOK_BACK, LOOK_BACK),
    (BUILD, "rollback"),
    (LOOK_BACK, "rollback"),
    (BUILD, "deliver {extracts}"),
    (BUILD, CHILD),
    (BUILD, ROTATE),
    (BUILD, "review list"),
    (BUILD, "review accept {pair}"),
    (BUILD, "retention"),
    (BUILD, "withdraw {last} --reason trial"),
    (LOOK_BACK, "status"),
    (BUILD, EXPORT),
    (BUILD, ACCESS),
    ("rebuild", BUILD),
    ("rollback", "rollback"),
    (ROTATE, ROTATE),
    (ROTATE, "rollback"),
    ("review accept {pair}", "review reject {pair}"),
    ("docs --out {out}", BUILD),
]

SMALL_PAIRS = [
    ("rollback", "rollback"),
    ("withdraw {last} --reason trial", "withdraw {last} --reason trial"),
    ("withdraw {last} --reason trial", "rollback"),
    (ROTATE, "withdraw {last} --reason trial"),
]


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with a small build and three releases of it."""
    home = tmp_path_factory.mktemp("small") / "home"
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("EARLYHELP_KEY", KEY)
        settings = Settings(home=home)
        for generation in range(3):
            make_build(settings, generation, 100)
            releases.publish(settings, date.fromisoformat(DAY), "run")
    return home


def _name(pair: tuple[str, str]) -> str:
    return " x ".join("look back" if command == LOOK_BACK else command.split(" -")[0] for command in pair)


@pytest.mark.parametrize("pair", SMALL_PAIRS, ids=_name)
def test_two_commands_at_once_leave_what_one_after_the_other_does(
    small: Path, tmp_path: Path, pair: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EARLYHELP_KEY", KEY)
    _try(small, tmp_path, pair, {"last": journal.entries(Settings(home=small))[-1].release_id})


@pytest.mark.skipif("EARLYHELP_TRIALS" not in os.environ, reason="twenty pairs on a built county: EARLYHELP_TRIALS=1")
@pytest.mark.timeout(3000)
@pytest.mark.parametrize("pair", PAIRS, ids=_name)
def test_two_commands_at_once_on_a_county(
    dirty: Warehouse, tmp_path: Path, pair: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EARLYHELP_KEY", KEY)
    ((child,),) = dirty.inside("select child_durable_key from core.dim_child where is_current order by 1 limit 1")
    waiting = "select review_id from intermediate.int_person_link_candidates where link_status = 'review' limit 1"
    _try(
        dirty.home,
        tmp_path,
        pair,
        {
            "last": journal.entries(Settings(home=dirty.home))[-1].release_id,
            "child": child,
            "pair": next((found for (found,) in dirty.inside(waiting)), "none"),
            "extracts": str(dirty.county / "extracts_next_day"),
        },
    )


def _try(home: Path, folder: Path, pair: tuple[str, str], words: dict[str, str]) -> None:
    """Run a pair at once and in both orders, each on a copy of a home, and compare what is there afterwards."""
    states = []
    for order in ("at once", "first first", "second first"):
        copy = folder / order / "home"
        shutil.copytree(home, copy, symlinks=True)
        environment = {**os.environ, "EARLYHELP_HOME": str(copy), "EARLYHELP_LOCK_WAIT_SECONDS": "600"}
        started = []
        for number, command in enumerate(pair if order != "second first" else pair[::-1]):
            filled = [
                word.format(**words, out=folder / order / f"out{number}") if "{" in word else word
                for word in command.split()
            ]
            process = subprocess.Popen(
                [sys.executable, "-m", "orchestration.cli", *filled],
                cwd=PROJECT,
                env=environment,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
            )
            started.append(process)
            if order != "at once":
                _ended(process)
        if order == "at once":
            for process in started:
                _ended(process)
        states.append(_state(Settings(home=copy)))
    assert states[0] in states[1:]


def _ended(process: subprocess.Popen[str]) -> None:
    printed, _ = process.communicate()
    assert process.returncode in CODES, printed
    assert "Traceback" not in printed


def _state(settings: Settings) -> dict[str, object]:
    """What a home holds, but for moments and the names made of them."""
    in_force = releases.in_force(settings)
    store.verify(in_force)
    assert not list(settings.releases.glob(".*.part")), "an unfinished release was left behind"
    with releases.opened(settings, in_force) as connection:
        said = content.of_opened(connection)
    keys = settings.home / "key_ids.json"
    log = decisions.log_of(settings)
    return {
        "in force": [release.release_id for release in releases.on_disk(settings)].index(in_force.release_id),
        # Statements hold the moment at which they were made.
        "content": {name: rows for name, rows in said.items() if "as_said" not in name and "restatement" not in name},
        "days": [release.manifest["as_of_date"] for release in releases.on_disk(settings)],
        "spoken": [entry.as_of_date for entry in journal.entries(settings)],
        "withdrawn": len(journal.withdrawals(settings)),
        "rotated": sorted(json.loads(keys.read_text())) if keys.exists() else [],
        "decided": [json.loads(line)["decision"] for line in log.read_text().splitlines()] if log.exists() else [],
        "disclosed": Counter((line.action, line.audience) for line in disclosures.entries(settings)),
    }

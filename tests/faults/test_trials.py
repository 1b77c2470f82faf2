"""A few of the trials of benchmarks/trials, and that a trial sees what is lost; all of them on demand."""

import os
from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks.trials import content
from benchmarks.trials.__main__ import main
from benchmarks.trials.full_disk import fill, small_disk
from benchmarks.trials.kills import kill
from benchmarks.trials.processes import start, wait_until
from benchmarks.trials.stages import STAGES, Undisturbed, undisturbed
from tests.support.made_files import census, census_pupil, census_xml, pupil, pupils_csv
from tests.support.warehouse import Warehouse

LOADING = STAGES["loading"]
ALL_OF_THEM = "EARLYHELP_TRIALS"
"""Names the folder where all trials are held, for hours: WORK of `python -m benchmarks.trials --help`."""


@pytest.fixture(scope="module")
def scratch(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("trials")


@pytest.fixture(scope="module")
def small(scratch: Path) -> Warehouse:
    """A county of two sources and three files, not delivered yet."""
    made = Warehouse(scratch / "home", scratch / "county")
    extracts = made.county / "extracts"
    pupils_csv(extracts / "synergy", [pupil(number) for number in range(1, 901)])
    pupils_csv(extracts / "synergy", [pupil(number) for number in range(1, 801)], name="synergy_pupils_2026-06-01.csv")
    census_xml(extracts / "school_census", census([census_pupil(number) for number in range(1, 300)]))
    return made


@pytest.fixture(scope="module")
def loaded(small: Warehouse, scratch: Path) -> Undisturbed:
    return undisturbed(LOADING, small, scratch)


def test_loading_killed_at_random_moments_converges(small: Warehouse, loaded: Undisturbed, scratch: Path) -> None:
    trials = [kill(LOADING, number, 1, small, loaded, scratch) for number in (1, 4, 5)]
    assert any(trial.hit for trial in trials)
    assert not [trial for trial in trials if trial.wrong]


def test_a_trial_sees_a_delivery_that_was_lost(small: Warehouse, loaded: Undisturbed, scratch: Path) -> None:
    never_again = replace(LOADING, finish=lambda home: ["true"])
    wrong = kill(never_again, 1, 1, small, loaded, scratch).wrong
    assert "build raw.synergy__pupils differs" in wrong
    assert any(told.startswith("landing synergy ") for told in wrong)
    assert any(told.startswith("file archive/") for told in wrong)


def test_a_trial_sees_a_line_that_was_cut(tmp_path: Path) -> None:
    home = Warehouse(tmp_path, tmp_path)
    log = tmp_path / "disclosures.jsonl"
    log.write_text('{"action": "release"}\n')
    assert content.whole(home) == []
    log.write_text('{"action": "release"}\n{"action": "rel')
    assert content.whole(home) == [
        "the last line of disclosures.jsonl was cut",
        "disclosures.jsonl holds a line that is not whole",
    ]


@pytest.mark.parametrize(("whole_group", "orphans"), [(True, []), (False, ["sleep 30 "])])
def test_a_trial_sees_a_process_that_outlives_its_command(
    whole_group: bool, orphans: list[str], tmp_path: Path
) -> None:
    (tmp_path / "home").mkdir()
    running = start(Warehouse(tmp_path / "home", tmp_path), ["sh", "-c", "sleep 30 & wait"], tmp_path / "output")
    try:
        wait_until(lambda: "sleep 30 " in running.members().values(), running)
        assert running.kill(whole_group)
        assert list(running.left_behind(1).values()) == orphans
    finally:
        running.end()
    assert not running.left_behind(1)


def test_loading_on_a_disk_that_runs_full_says_so_and_converges(
    small: Warehouse, loaded: Undisturbed, scratch: Path
) -> None:
    try:
        reference = undisturbed(LOADING, small, scratch, small_disk)
    except PermissionError as problem:
        pytest.skip(str(problem))
    assert reference.content == loaded.content
    for number in (0, 1):
        trial = fill(LOADING, number, 1, small, reference, scratch)
        assert trial.hit
        assert not trial.wrong, trial


def test_publication_killed_at_random_moments_converges(clean: Warehouse, scratch: Path) -> None:
    publication = STAGES["publication"]
    published = undisturbed(publication, clean, scratch)
    trials = [kill(publication, number, 1, clean, published, scratch) for number in range(3)]
    assert any(trial.hit for trial in trials)
    assert not [trial for trial in trials if trial.wrong]


@pytest.mark.timeout(0)
@pytest.mark.skipif(ALL_OF_THEM not in os.environ, reason=f"takes hours; {ALL_OF_THEM} names the folder to work in")
@pytest.mark.parametrize(("kind", "count"), [("kills", 200), ("full-disk", 40)])
def test_all_trials_converge(kind: str, count: int) -> None:
    with pytest.raises(SystemExit) as ended:
        main([kind, "--count", str(count), "--work", os.environ[ALL_OF_THEM]])
    assert not ended.value.code

"""A reader that tests fork is the one that a home starts: it says the same, within the same limits, and dies alone."""

import os
from pathlib import Path

import pytest

from orchestration.deliveries.reading import Reader
from orchestration.settings import MEBI, Settings
from tests.support import landing_home, warm_readers
from tests.support.made_files import census, census_pupil, census_xml, pupil, pupils_csv, text


def _said(folder: Path, is_warm: bool) -> list[tuple[object, ...]]:
    """Of a right file, one that was cut off, one that was called anything, and a workbook that is none."""
    with landing_home.opened(folder, is_warm) as home:
        pupils_csv(home.landing("synergy"), [pupil(number) for number in range(1, 30)])
        census_xml(home.landing("school_census"), census([census_pupil(1)])[:-40])
        text(home.landing("responses") / "anything.csv", "a,b\n1,2\n")
        text(home.landing("family_matters") / "family_matters_2026-06-20.xlsx", "no workbook")
        return sorted((told.file_name, told.status, told.reason, told.rows_read) for told in home.load())


def test_it_says_what_a_started_one_says(tmp_path: Path) -> None:
    forked, started = (_said(tmp_path / name, name == "forked") for name in ("forked", "started"))
    assert forked == started
    assert [status for _, status, _, _ in forked].count("rejected") == 3


@pytest.mark.skipif(not Path("/proc/self/limits").exists(), reason="reads limits from /proc")
def test_it_is_a_process_of_its_own_within_limits_and_may_be_killed(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path)
    settings.limits.reader_bytes = 700 * MEBI
    settings.build.mkdir(parents=True)
    with warm_readers.used(), Reader(settings) as reader:
        reader._started()
        pid = reader._process.pid
        assert pid != os.getpid()
        (line,) = [one for one in Path(f"/proc/{pid}/limits").read_text().splitlines() if one.startswith("Max data")]
        assert str(700 * MEBI) in line
        reader._stop()
        assert not Path(f"/proc/{pid}/limits").exists() or not Path(f"/proc/{pid}/exe").exists()

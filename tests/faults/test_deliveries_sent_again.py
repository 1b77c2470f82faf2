"""A delivery is an arrival, not its bytes: the right file sent again mends a mistake, a version goes by its header."""

import os
import shutil
import time
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest

from orchestration.build.database import connect
from orchestration.deliveries import DeliveryOutcome, register
from orchestration.jobs import rebuild
from orchestration.settings import Settings
from tests.support.landing_home import Home
from tests.support.made_files import census, census_pupil, pupil, pupils_csv, text, upn

CASES = Path(__file__).resolve().parents[3] / "shared" / "cases"
RIGHT = [pupil(number) for number in range(1, 101)]
WRONG = [pupil(number, surname="Wrong") for number in range(1, 101)]
SURNAMES = """
    select distinct surname from raw.synergy__pupils
    where _delivery_id in (select delivery_id from ops.delivery_in_force where table_name = 'synergy__pupils')
"""
OLDER = "a newer version of this return is known"


def _sent(home: Home, *, rows: list[str], name: str = "synergy_pupils_2026-06-25.csv") -> DeliveryOutcome:
    pupils_csv(home.landing("synergy"), rows, name=name)
    return home.load_one()


def _in_force(home: Home, table: str) -> list[str]:
    rows = home.rows(f"select delivery_id from ops.delivery_in_force where table_name = '{table}' order by all")
    return [delivery_id for (delivery_id,) in rows]


def _returned(home: Home, pupils: int, made_at: str | None, serial_no: str | None) -> DeliveryOutcome:
    """Deliver a return of so many pupils that says which version it is."""
    version = f"<SerialNo>{serial_no}</SerialNo>" if serial_no else ""
    version += f"<DateTime>{made_at}</DateTime>" if made_at else ""
    content = census([census_pupil(number) for number in range(1, pupils + 1)], version=version)
    text(home.landing("school_census") / "school_census_9994001_2026_spring.xml", content)
    return home.load_one()


def _pupils_in_force(home: Home) -> int:
    return home.value(
        "select count(*) from raw.school_census__pupils where _delivery_id in "
        "(select delivery_id from ops.delivery_in_force where table_name = 'school_census__pupils')"
    )


def _made_again(home: Home) -> list[tuple[Any, ...]]:
    """What is in force in a build that is made from the archive alone."""
    second = Settings(home=home.settings.home.with_name("second"))
    shutil.rmtree(second.home, ignore_errors=True)
    rebuild._take_in(home.settings, second, register.entries(home.settings.archive))
    with connect(second) as connection:
        return connection.execute("from ops.delivery_in_force order by all").fetchall()


def test_the_right_file_sent_again_after_a_wrong_one_is_in_force(home: Home) -> None:
    first = _sent(home, rows=RIGHT)
    wrong = _sent(home, rows=WRONG)
    assert _in_force(home, "synergy__pupils") == [wrong.delivery_id]
    again = _sent(home, rows=RIGHT)
    assert not again.repeated and again.delivery_id == f"{first.delivery_id}.2"
    assert _in_force(home, "synergy__pupils") == [again.delivery_id]
    assert home.rows(SURNAMES) == [("Quillfeather",)]
    assert len(list(home.settings.archive.glob("?" * 64))) == 2, "bytes are archived once"
    assert _sent(home, rows=RIGHT).repeated, "what is in force already changes nothing"
    assert _sent(home, rows=WRONG).delivery_id == f"{wrong.delivery_id}.2"
    assert _sent(home, rows=RIGHT).delivery_id == f"{first.delivery_id}.3"
    assert home.rows("select rows_read, rows_accepted from ops.delivery group by all") == [(100, 100)]
    assert _made_again(home) == home.rows("from ops.delivery_in_force order by all")


def test_right_wrong_and_right_again_in_one_run_leave_the_right_one_in_force(home: Home) -> None:
    moment = time.time() - 3600
    for number, rows in enumerate((RIGHT, WRONG, RIGHT)):
        folder = home.landing("synergy") / str(number + 1) if number else home.landing("synergy")
        os.utime(pupils_csv(folder, rows), (moment + number, moment + number))
    first, _, again = home.load()
    assert again.delivery_id == f"{first.delivery_id}.2"
    assert home.rows(SURNAMES) == [("Quillfeather",)]
    assert _made_again(home) == home.rows("from ops.delivery_in_force order by all")


def test_a_known_file_behind_a_new_one_takes_force_after_it(home: Home) -> None:
    """Right is in force; wrong and right wait together: the right one came last."""
    _sent(home, rows=RIGHT)
    moment = time.time() - 3600
    os.utime(pupils_csv(home.landing("synergy"), WRONG), (moment, moment))
    os.utime(pupils_csv(home.landing("synergy") / "2", RIGHT), (moment + 1, moment + 1))
    assert [outcome.repeated for outcome in home.load()] == [False, False]
    assert home.rows(SURNAMES) == [("Quillfeather",)]


def test_an_unchanged_extract_of_the_next_day_makes_the_source_a_day_younger(home: Home) -> None:
    _sent(home, rows=RIGHT)
    next_day = _sent(home, rows=RIGHT, name="synergy_pupils_2026-06-26.csv")
    assert not next_day.repeated
    assert _in_force(home, "synergy__pupils") == [next_day.delivery_id]
    assert str(home.value("select max(extract_date) from ops.delivery where source = 'synergy'")) == "2026-06-26"
    assert _sent(home, rows=RIGHT).repeated, "the extract of the day before stands as it was"
    assert _sent(home, rows=RIGHT, name="synergy_pupils_2026-06-26.csv").repeated


def test_a_rejected_file_is_judged_anew_under_its_number(home: Home) -> None:
    first = _sent(home, rows=RIGHT)
    wrong = _sent(home, rows=[*RIGHT, "cut"])
    assert wrong.status == "rejected"
    assert _sent(home, rows=[*RIGHT, "cut"]).delivery_id == wrong.delivery_id
    assert _sent(home, rows=RIGHT).repeated, "a rejected file took nobody's place"
    assert _in_force(home, "synergy__pupils") == [first.delivery_id]


def test_the_same_bytes_from_two_sources_are_two_deliveries(home: Home) -> None:
    """A file laid into a wrong folder first is rejected there, and still comes in where it belongs."""
    pupils_csv(home.landing("front_door"), RIGHT)
    assert home.load_one().status == "rejected"
    right = _sent(home, rows=RIGHT)
    assert right.status == "accepted" and not right.repeated
    assert _in_force(home, "synergy__pupils") == [right.delivery_id]


def test_marks_sent_again_after_wrong_ones_are_in_force(home: Home) -> None:
    def marks(morning: str) -> DeliveryOutcome:
        rows = [f"{upn(number)},9994001,2026-06-22,{morning},/" for number in range(1, 31)]
        content = "\n".join(["UPN,DfE Number,Date,AM,PM", *rows]) + "\n"
        text(home.landing("attendance_daily") / "attendance_daily_9994001_2026-06-23.csv", content)
        return home.load_one()

    first, wrong, again = marks("/"), marks("O"), marks("/")
    assert again.delivery_id == f"{first.delivery_id}.2"
    newest = "select delivery_id, part from ops.delivery order by extract_date desc, sequence desc limit 1"
    assert home.rows(newest) == [(again.delivery_id, again.delivery_id)]
    assert wrong.status != "rejected"
    assert marks("/").repeated


@pytest.mark.parametrize("order", sorted(permutations(("001", "002", "003"))), ids="-".join)
def test_of_versions_the_newest_is_in_force_in_whichever_order_they_come(home: Home, order: tuple[str, ...]) -> None:
    pupils = {"001": 28, "002": 29, "003": 30}
    day = {"001": "2026-01-20", "002": "2026-01-22", "003": "2026-02-12"}
    came: list[str] = []
    for serial_no in order:
        outcome = _returned(home, pupils[serial_no], f"{day[serial_no]}T10:00:00", serial_no)
        is_older = any(other > serial_no for other in came)
        reports = list(outcome.report_path.parent.glob("*.md")) if outcome.report_path else []
        assert any(OLDER in path.read_text() for path in reports) == is_older, "who sent an older one is told"
        came.append(serial_no)
    assert _pupils_in_force(home) == 30
    assert home.value("select count(*) from ops.delivery where status <> 'rejected'") == 3
    if order == ("002", "003", "001"):
        assert _made_again(home) == home.rows("from ops.delivery_in_force order by all")


@pytest.mark.parametrize(
    ("first", "second", "in_force"),
    [
        pytest.param(("2026-02-12T10:00:00", "3"), ("2026-02-12T10:00:00", "2"), 30, id="one moment: the number"),
        pytest.param(("2026-02-12T10:00:00", "9"), ("2026-02-12T10:00:00", "10"), 29, id="numbers, not text"),
        pytest.param(("2026-02-12T10:00:00", "3"), ("2026-02-12T10:00:00", "3"), 29, id="the same: arrival"),
        pytest.param((None, "3"), (None, "2"), 29, id="no moment: arrival"),
        pytest.param(("2026-02-12T10:00:00", "3"), (None, None), 29, id="the second says nothing: arrival"),
        pytest.param((None, None), ("2026-01-12T10:00:00", "1"), 30, id="made before the first came"),
        pytest.param(("2062-02-12T10:00:00", "3"), ("2026-02-12T10:00:00", "2"), 30, id="a clock ahead, then an older"),
        pytest.param(("2062-02-12T10:00:00", "3"), (None, None), 29, id="a clock ahead holds nothing up for ever"),
        pytest.param(("2026-02-12T12:00:00+01:00", "1"), ("2026-02-12T11:30:00Z", "1"), 29, id="zones"),
        pytest.param(("yesterday", "x"), ("2026-02-12", ""), 30, id="a moment that is none"),
    ],
)
def test_which_of_two_versions_is_in_force(
    home: Home, first: tuple[str, str], second: tuple[str, str], in_force: int
) -> None:
    _returned(home, 30, *first)
    _returned(home, 29, *second)
    assert _pupils_in_force(home) == in_force


def test_the_number_in_a_name_counts_where_the_header_has_none(home: Home) -> None:
    for serial_no, pupils in (("003", 30), ("002", 29)):
        content = census(
            [census_pupil(number) for number in range(1, pupils + 1)],
            version="<DateTime>2026-02-12T10:00:00</DateTime>",
        )
        text(home.landing("school_census") / f"9994001_SC2_999LL26_{serial_no}.xml", content)
        home.load()
    assert _pupils_in_force(home) == 30


def test_an_older_version_sent_again_says_that_it_changes_nothing(home: Home) -> None:
    _returned(home, 29, "2026-01-22T10:00:00", "002")
    _returned(home, 30, "2026-02-12T10:00:00", "003")
    again = _returned(home, 29, "2026-01-22T10:00:00", "002")
    assert again.repeated
    assert _pupils_in_force(home) == 30
    assert any("1 files were sent before, and a newer one is in force" in message for message in home.messages)


@pytest.mark.skipif(not CASES.exists(), reason="no cases beside this project")
class TestCases:
    """The files of shared/cases."""

    @staticmethod
    def _land(home: Home, case: str) -> list[DeliveryOutcome]:
        moment = time.time() - 3600
        for file in (CASES / case).rglob("*.*"):
            landed = home.settings.landing / file.relative_to(CASES / case)
            landed.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(file, landed)
            os.utime(landed, (moment, moment))
        return home.load()

    def test_c18_the_right_file_again(self, home: Home) -> None:
        for step in ("1_right", "2_wrong", "3_right_again"):
            self._land(home, f"c18/{step}")
        assert home.rows(SURNAMES) == [("Quillfeather",)]

    def test_c18_a_block_without_rows_mends_another_terms(self, home: Home) -> None:
        for step in ("block_1", "block_2", "block_3"):
            self._land(home, f"c18/{step}")
        in_force = home.rows(
            "select period, coalesce(rows_read, 0) "
            "from ops.delivery_in_force inner join ops.delivery using (delivery_id) "
            "where table_name = 'school_census__exclusions' order by all"
        )
        assert in_force == [("2025-autumn", 0), ("2026-spring", 0)]

    @pytest.mark.parametrize("order", [("1_first", "2_then"), ("2_then", "1_first")])
    def test_c04_the_newer_version_is_in_force_in_both_orders(self, home: Home, order: tuple[str, str]) -> None:
        for step in order:
            self._land(home, f"c04/{step}")
        assert _pupils_in_force(home) == 10
        assert home.rows(
            "select distinct sen_provision from raw.school_census__pupils where _delivery_id in "
            "(select delivery_id from ops.delivery_in_force where table_name = 'school_census__pupils')"
        ) == [("K",)]

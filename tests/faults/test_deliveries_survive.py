"""Deliveries survive kills, repetition, corrections and disorder; and what they hold is said to nobody."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from multiprocessing.connection import Connection
from pathlib import Path

import pytest

from orchestration import deliveries
from orchestration.build.database import connect
from orchestration.deliveries import intake, register
from orchestration.deliveries.problem import DeliveryProblem
from orchestration.deliveries.reading import Reader
from orchestration.settings import MEBI, Settings
from tests.support import landing_home
from tests.support.landing_home import Home
from tests.support.made_files import PLANTED, census, census_pupil, census_xml, pupil, pupils_csv, text, upn

PROJECT = Path(__file__).resolve().parents[2]
PUPILS = [pupil(number) for number in range(1, 101)]
CONTENT = "select table_name, rows_read, rows_accepted from ops.delivery_table order by all"


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    """A home whose reader is started as the program that it is: some of this is about that process."""
    with landing_home.opened(tmp_path / "home", is_warm=False) as opened:
        yield opened


def test_the_bytes_are_archived_under_their_hash_and_cannot_be_changed(home: Home) -> None:
    sent = pupils_csv(home.landing("synergy"), PUPILS).read_bytes()
    outcome = home.load_one()
    (kept,) = home.settings.archive.glob("?" * 64)
    assert kept.read_bytes() == sent
    assert kept.name == home.value("select sha256 from ops.delivery")
    assert kept.name.startswith(outcome.delivery_id)
    assert kept.stat().st_mode & 0o777 == 0o400


def test_the_same_bytes_again_are_recorded_and_change_nothing(home: Home) -> None:
    pupils_csv(home.landing("synergy"), PUPILS)
    first = home.load_one()
    pupils_csv(home.landing("synergy"), PUPILS)
    again = home.load_one()
    assert again.repeated and again.delivery_id == first.delivery_id
    assert home.rows("select event from ops.delivery_event") == [("received",), ("accepted",), ("repeated",)]
    assert home.value("select count(*) from raw.synergy__pupils") == 100
    assert home.value("select count(*) from ops.delivery") == 1
    assert deliveries.discover(home.settings) == []


def test_the_same_bytes_twice_in_one_run_are_loaded_once(home: Home) -> None:
    pupils_csv(home.landing("synergy"), PUPILS)
    pupils_csv(home.landing("synergy") / "2", PUPILS)
    assert [outcome.repeated for outcome in home.load()] == [False, True]
    assert home.value("select count(*) from raw.synergy__pupils") == 100


def test_a_corrected_file_under_the_same_name_supersedes_and_both_stay(home: Home) -> None:
    pupils_csv(home.landing("synergy"), PUPILS)
    home.load()
    pupils_csv(home.landing("synergy"), [*PUPILS[:-1], pupil(100, forename="Corrected")])
    corrected = home.load_one()
    assert home.rows("select delivery_id from ops.delivery_in_force") == [(corrected.delivery_id,)]
    assert home.value("select count(*) from ops.delivery") == 2
    assert home.value("select count(*) from raw.synergy__pupils") == 200


def test_a_late_extract_does_not_supersede_a_newer_one(home: Home) -> None:
    pupils_csv(home.landing("synergy"), PUPILS)
    newer = home.load_one()
    pupils_csv(home.landing("synergy"), PUPILS[:-2], name="synergy_pupils_2026-05-25.csv")
    home.load()
    assert home.rows("select delivery_id from ops.delivery_in_force") == [(newer.delivery_id,)]


def test_a_rejected_correction_leaves_the_first_in_force(home: Home) -> None:
    pupils_csv(home.landing("synergy"), PUPILS)
    first = home.load_one()
    pupils_csv(home.landing("synergy"), [*PUPILS, "cut"])
    assert home.load_one().status == "rejected"
    assert home.rows("select delivery_id from ops.delivery_in_force") == [(first.delivery_id,)]


def test_a_corrected_return_supersedes_what_it_no_longer_holds(home: Home) -> None:
    """A table that is empty in the correction is empty in force, not the table of the return before."""
    exclusion = (
        "<Exclusions><TermlyExclusion><Category>SUSP</Category><Reason>PP</Reason><StartDate>2025-10-01</StartDate>"
        "<Sessions>2</Sessions></TermlyExclusion></Exclusions>"
    )
    census_xml(home.landing("school_census"), census([census_pupil(1, extra=exclusion)]))
    home.load()
    census_xml(home.landing("school_census"), census([census_pupil(1)]))
    corrected = home.load_one()
    assert home.rows(
        "select distinct delivery_id from ops.delivery_in_force where table_name = 'school_census__exclusions'"
    ) == [(corrected.delivery_id,)]


def test_each_schools_return_is_in_force_beside_the_others(home: Home) -> None:
    for school in ("9994001", "9994002"):
        census_xml(home.landing("school_census"), census([census_pupil(1)], school_id=school), school)
    assert {outcome.status for outcome in home.load()} <= {"accepted", "accepted_with_warnings"}
    assert home.value("select count(distinct delivery_id) from ops.delivery_in_force") == 2


def test_a_block_without_rows_is_an_answer_where_the_contract_says_so(home: Home) -> None:
    headings = "pupilonrolltableid,NativeId,startdate,sessions,reason1,category"
    text(home.landing("school_census") / "2026_spring_termlyexclusionsonroll.csv", headings + "\n")
    text(home.landing("school_census") / "2026_spring_pupilonroll.csv", "pupilonrolltableid,NativeId,upn,surname,dob\n")
    assert {outcome.file_name: outcome.status for outcome in home.load()} == {
        "2026_spring_termlyexclusionsonroll.csv": "accepted",
        "2026_spring_pupilonroll.csv": "rejected",
    }
    assert home.rows("select table_name from ops.delivery_in_force") == [("school_census__exclusions",)]


def test_rejected_bytes_are_judged_anew_when_they_come_again(home: Home) -> None:
    """The contract may know them by then; nothing is counted twice."""
    for _ in range(2):
        pupils_csv(home.landing("synergy"), [*PUPILS, "cut"])
        assert home.load_one().status == "rejected"
    assert home.value("select count(*) from ops.delivery") == 1
    assert home.value("select count(*) from quarantine.synergy__pupils") == 100
    assert home.rows("select event, count(*) from ops.delivery_event group by all order by all") == [
        ("received", 2),
        ("rejected", 2),
    ]


def test_rows_read_are_accepted_or_rejected_in_every_table(home: Home) -> None:
    pupils_csv(home.landing("synergy"), [*PUPILS, pupil(101, sex="?"), pupil(102, birth_date="")])
    census_xml(home.landing("school_census"), census([census_pupil(n, {"I": 1, "!": 1}) for n in range(1, 9)]))
    home.load()
    tables = home.rows(
        "select table_name, sum(rows_read), sum(rows_accepted), sum(rows_rejected) from ops.delivery_table group by all"
    )
    for table, read, accepted, rejected in tables:
        assert read == accepted + rejected
        assert accepted == home.value(f'select count(*) from raw."{table}"')
        assert rejected == home.value(f'select count(*) from quarantine."{table}"')
    assert home.value("select sum(rows_read) from ops.delivery") == sum(read for _, read, _, _ in tables)


KILLED = """
import os, signal, sys
from pathlib import Path
from orchestration import deliveries
from orchestration.build.database import connect
from orchestration.settings import MEBI, Settings

load = sys.modules["orchestration.deliveries.load"]
module, name, when = sys.argv[2:5]
owner = getattr(load, module) if module != "load" else load
original = getattr(owner, name)

def die(*arguments, **options):
    if when == "after":
        original(*arguments, **options)
    os.kill(os.getpid(), signal.SIGKILL)

setattr(owner, name, die)
settings = Settings(home=Path(sys.argv[1]))
with connect(settings) as connection:
    deliveries.load(settings, connection, "killed")
"""


@pytest.mark.parametrize(
    ("module", "name", "when"),
    [
        ("load", "archive", "after"),
        ("incoming", "insert", "after"),
        ("incoming", "check", "after"),
        ("quarantine", "settle", "after"),
        ("quarantine", "record", "after"),
        ("load", "_leave_landing", "before"),
    ],
    ids=lambda value: value.strip("_"),
)
def test_a_killed_run_leaves_nothing_half_loaded_and_the_next_converges(
    tmp_path: Path, module: str, name: str, when: str
) -> None:
    settings = Settings(home=tmp_path / "home")
    files = [
        pupils_csv(settings.landing / "synergy", [*PUPILS, pupil(101, birth_date="")]),
        pupils_csv(settings.landing / "synergy", PUPILS, name="synergy_pupils_2026-06-01.csv"),
    ]
    done = subprocess.run(
        [sys.executable, "-c", KILLED, str(settings.home), module, name, when], cwd=PROJECT, env=dict(os.environ)
    )
    assert done.returncode == -signal.SIGKILL
    assert {path.name for path in deliveries.discover(settings)} == {file.name for file in files}
    with connect(settings) as connection:
        loaded = connection.execute("select count(*) from raw.synergy__pupils").fetchone()
        assert loaded in [(0,), (200,)]
        deliveries.load(settings, connection, "next")
        assert connection.execute(CONTENT).fetchall() == [("synergy__pupils", 100, 100), ("synergy__pupils", 101, 100)]
        assert connection.execute("select count(*) from raw.synergy__pupils").fetchone() == (200,)
        assert connection.execute("select count(*) from quarantine.synergy__pupils").fetchone() == (1,)
        schemas = connection.execute("select schema_name from information_schema.schemata").fetchall()
        assert ("incoming",) not in schemas
    assert deliveries.discover(settings) == []
    assert len(list(settings.archive.glob("?" * 64))) == 2
    assert {entry.file_name for entry in register.entries(settings.archive)} == {file.name for file in files}


def test_a_planted_name_is_said_nowhere(home: Home, capfd: pytest.CaptureFixture[str]) -> None:
    wrong = [
        pupil(101, birth_date=PLANTED, upn=PLANTED, sex=PLANTED, lsoa=PLANTED, ethnicity=PLANTED),
        pupil(102, birth_date=f"{PLANTED}\n{PLANTED}") + f",{PLANTED}",
    ]
    landing = home.landing("synergy")
    pupils_csv(landing, [*PUPILS, wrong[0]], name="synergy_pupils_2026-01-01.csv")
    pupils_csv(landing, [*PUPILS, wrong[1]], name="synergy_pupils_2026-01-02.csv")
    pupils_csv(landing, [*PUPILS, f'P1,"{PLANTED}'], name="synergy_pupils_2026-01-03.csv")
    pupils_csv(landing, PUPILS, name="synergy_pupils_2026-01-04.csv", headings=pupil(1))
    pupils_csv(landing, PUPILS, name="synergy_enrolments_2026-01-05.csv")
    census_xml(home.landing("school_census"), census([census_pupil(1)])[:-400], "9994001")
    census_xml(home.landing("school_census"), census([census_pupil(1, {PLANTED: 1})], school_id="9994002"), "9994002")
    outcomes = home.load()
    assert len(outcomes) == 7
    said = [str(outcome) for outcome in outcomes] + home.messages + list(capfd.readouterr())
    reports = [path.read_text() for path in home.settings.quarantine.rglob("*") if path.is_file()]
    tables = [
        str(home.rows(f"from ops.{table}"))
        for (table,) in home.rows("select table_name from information_schema.tables where table_schema = 'ops'")
    ]
    assert len(reports) >= 12
    for place in (*said, *reports, *tables):
        assert PLANTED not in place
        assert upn(1) not in place
    intake.look_again(home.settings)
    left = {path.name for path in home.settings.home.rglob("*") if path.is_file()}
    assert {name for name in left if name.startswith(".") or name.endswith((".part", ".utf8", ".csv", ".xml"))} == set()


def test_one_process_reads_all_files_however_large_is_the_one_that_started_it(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(home.settings.limits, "reader_bytes", 600 * MEBI)
    started: list[int] = []
    wait = Reader._wait_until_ready

    def count(reader: Reader, connection: Connection) -> None:
        started.append(1)
        wait(reader, connection)

    monkeypatch.setattr(Reader, "_wait_until_ready", count)
    held = b"x" * (400 * MEBI)
    for day in ("2026-06-23", "2026-06-24", "2026-06-25"):
        pupils_csv(home.landing("synergy"), PUPILS, name=f"synergy_pupils_{day}.csv")
    assert [outcome.status for outcome in home.load()] == ["accepted"] * 3
    assert (len(started), len(held)) == (1, 400 * MEBI)


def test_files_that_are_not_complete_wait(home: Home) -> None:
    for name in (".synergy_pupils_2026-06-25.csv", "synergy_pupils_2026-06-25.csv.part", "synergy_pupils.tmp"):
        pupils_csv(home.landing("synergy"), PUPILS, name=name)
    assert home.load() == []
    assert len(list(home.landing("synergy").iterdir())) == 3


def test_a_link_out_of_landing_is_not_followed(home: Home, tmp_path: Path) -> None:
    outside = pupils_csv(tmp_path / "elsewhere", PUPILS)
    home.landing("synergy").mkdir(parents=True)
    (home.landing("synergy") / outside.name).symlink_to(outside)
    assert deliveries.discover(home.settings) == []


def test_a_delivered_name_cannot_lead_out_of_landing(home: Home, tmp_path: Path) -> None:
    sly = tmp_path / "..\\..\\synergy_pupils_2026-06-25.csv"
    sly.write_text("")
    with pytest.raises(DeliveryProblem, match="plain name"):
        deliveries.deliver(home.settings, [sly], "synergy")
    with pytest.raises(DeliveryProblem, match="no source"):
        deliveries.deliver(home.settings, [pupils_csv(tmp_path, PUPILS)], "../../etc")
    assert not home.settings.landing.exists()


def test_delivered_files_go_to_the_source_that_knows_them(home: Home, tmp_path: Path) -> None:
    by_name = pupils_csv(tmp_path / "inbox", PUPILS)
    by_folder = census_xml(tmp_path / "school_census", census([census_pupil(1)]))
    assert deliveries.deliver(home.settings, [by_name.parent, by_folder]).laid == [
        home.landing("synergy") / by_name.name,
        home.landing("school_census") / by_folder.name,
    ]
    assert {outcome.status for outcome in home.load()} == {"accepted"}

"""Landing loses nothing: files of one name, copies that pause, kills at every step, and whatever lies in a folder."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from orchestration import deliveries
from orchestration.build.database import connect
from orchestration.deliveries import completeness, intake, landing, register
from orchestration.deliveries.outcome import DeliveryOutcome
from orchestration.home import progress
from orchestration.settings import Settings
from tests.support.landing_home import Home
from tests.support.made_files import PUPIL_HEADINGS, census, census_pupil, pupil, pupils_csv, text
from tests.support.writers import COMES_BACK, HOLDS, finish, writer

PROJECT = Path(__file__).resolve().parents[2]
EARLYHELP = Path(sys.executable).with_name("earlyhelp")
PUPILS = [pupil(number) for number in range(1, 101)]
WHOLE = "\n".join([PUPIL_HEADINGS, *PUPILS, ""])
HALF = WHOLE[: WHOLE.index(pupil(61))]
NAME = "synergy_pupils_2026-06-25.csv"


def waiting(home: Home) -> list[str]:
    return [path.name for path in deliveries.discover(home.settings)]


def load_patiently(home: Home, seconds: float) -> list[deliveries.DeliveryOutcome]:
    patient = home.settings.model_copy(update={"quiet_seconds": seconds})
    with progress.shown_on(home.messages.append):
        return deliveries.load(patient, home.connection, "run")


@pytest.fixture
def schools(tmp_path: Path) -> Path:
    """The returns of twelve schools, each in a folder of its own, all under one name."""
    for number in range(12):
        school = f"99940{number:02d}"
        content = census([census_pupil(1)], school_id=school)
        text(tmp_path / "returns" / school / "census.xml", content)
    return tmp_path / "returns"


def test_twelve_schools_files_of_one_name_all_lie_in_landing_and_are_counted(home: Home, schools: Path) -> None:
    done = subprocess.run(
        [EARLYHELP, "deliver", "--source", "school_census", schools],
        env={**os.environ, "EARLYHELP_HOME": str(home.settings.home)},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    assert "12 files were copied" in done.stdout and "12 files wait in all" in done.stdout
    assert waiting(home) == ["census.xml"] * 12
    assert [outcome.status for outcome in home.load()] == ["accepted"] * 12
    assert home.value("select count(distinct school_id) from raw.school_census__pupils") == 12
    assert waiting(home) == []
    assert [path.name for path in home.landing("school_census").iterdir() if path.name != intake.TAKEN] == []


def test_what_had_one_name_is_laid_again_by_a_rebuild(home: Home, schools: Path) -> None:
    deliveries.deliver(home.settings, [schools], "school_census")
    home.load()
    for entry in register.entries(home.settings.archive):
        landing.put(home.settings.archive / entry.sha256, home.landing(entry.source), entry.file_name)
    assert len(waiting(home)) == 12


def test_a_second_delivery_of_a_name_replaces_nothing_that_waits(home: Home, tmp_path: Path) -> None:
    for number, rows in enumerate([PUPILS, [*PUPILS[:-1], pupil(100, forename="Corrected")]]):
        file = pupils_csv(tmp_path / str(number), rows, name=NAME)
        assert len(deliveries.deliver(home.settings, [file]).laid) == 1
    assert waiting(home) == [NAME, NAME]
    home.load()
    assert home.value("select count(*) from raw.synergy__pupils") == 200
    assert home.value("select count(*) from raw.synergy__pupils where forename = 'Corrected'") == 1


def test_a_file_that_waits_already_is_said_so_and_not_copied(home: Home, tmp_path: Path) -> None:
    file = pupils_csv(tmp_path / "inbox", PUPILS)
    first = deliveries.deliver(home.settings, [file])
    again = deliveries.deliver(home.settings, [file])
    assert (again.laid, again.already) == ([], first.laid)
    assert waiting(home) == [NAME]


def test_four_deliveries_at_once_lose_no_file(home: Home, tmp_path: Path) -> None:
    for number in range(4):
        for school in range(25):
            text(tmp_path / str(number) / str(school) / "census.xml", f"<Message>{number} {school}</Message>")
    command = [str(EARLYHELP), "deliver", "--source", "school_census"]
    environment = {**os.environ, "EARLYHELP_HOME": str(home.settings.home)}
    together = [
        subprocess.Popen([*command, str(tmp_path / str(number))], env=environment, stdout=subprocess.PIPE, text=True)
        for number in range(4)
    ]
    assert all("25 files were copied" in process.communicate(timeout=120)[0] for process in together)
    lie = deliveries.discover(home.settings)
    assert {path.read_text() for path in lie} == {f"<Message>{n} {s}</Message>" for n in range(4) for s in range(25)}
    assert len(lie) == 100
    assert not list(home.landing("school_census").glob(".*"))


def test_a_delivered_file_is_complete_and_not_waited_for(home: Home, tmp_path: Path) -> None:
    deliveries.deliver(home.settings, [pupils_csv(tmp_path / "inbox", PUPILS)])
    began = time.monotonic()
    assert [outcome.status for outcome in load_patiently(home, 60)] == ["accepted"]
    assert time.monotonic() - began < 30
    assert intake.settled(home.settings) == [], "nobody can add to it: it need not be kept aside"


def test_a_file_that_is_still_written_is_not_delivered_by_command(home: Home, tmp_path: Path) -> None:
    with writer(HOLDS, tmp_path / NAME, HALF, WHOLE[len(HALF) :]) as process:
        made = deliveries.deliver(home.settings, [tmp_path / NAME])
        assert (made.laid, made.unfinished) == ([], [tmp_path / NAME])
        finish(process)
    assert len(deliveries.deliver(home.settings, [tmp_path / NAME]).laid) == 1
    assert home.load_one().rows_accepted == 100


def test_a_writer_that_pauses_with_the_file_open_is_waited_for(home: Home) -> None:
    with writer(HOLDS, home.landing("synergy") / NAME, HALF, WHOLE[len(HALF) :]) as process:
        assert home.load() == []
        assert waiting(home) == [NAME]
        assert "1 files are left for the next run: still being written" in home.messages
        assert (home.landing("synergy") / NAME).exists(), "it is not moved under the writer's hands"
        finish(process)
    assert home.load_one().rows_accepted == 100


def test_a_writer_is_seen_where_the_kernel_gives_no_lease(home: Home) -> None:
    path = home.landing("synergy") / NAME
    with writer(HOLDS, path, HALF, WHOLE[len(HALF) :]) as process:
        seen = path.stat()
        assert (seen.st_dev, seen.st_ino) in completeness.open_for_writing()
        finish(process)
    assert (seen.st_dev, seen.st_ino) not in completeness.open_for_writing()


def test_who_opens_a_file_that_is_looked_at_ends_no_process(home: Home) -> None:
    """The kernel tells the holder of a lease by a signal, whose usual effect is death."""
    path = pupils_csv(home.landing("synergy"), PUPILS)
    opens = f"while True: open({str(path)!r}, 'a').close()"
    with subprocess.Popen([sys.executable, "-c", opens]) as process:
        try:
            looks = "import sys; from pathlib import Path; from orchestration.deliveries import completeness as c\n"
            looks += f"for _ in range(2_000): c.is_open_elsewhere(Path({str(path)!r}))"
            assert subprocess.run([sys.executable, "-c", looks], cwd=PROJECT).returncode == 0
        finally:
            process.kill()


def test_a_writer_that_comes_back_within_the_quiet_time_is_waited_for(home: Home) -> None:
    parts = [WHOLE[: len(WHOLE) // 3], WHOLE[len(WHOLE) // 3 : len(HALF)], WHOLE[len(HALF) :]]
    with writer(COMES_BACK, home.landing("synergy") / NAME, "1", *parts):
        (outcome,) = load_patiently(home, 4)
    assert outcome.rows_accepted == 100


def test_a_writer_without_end_does_not_stop_the_others(home: Home) -> None:
    pupils_csv(home.landing("synergy"), PUPILS, name="synergy_pupils_2026-06-01.csv")
    with writer(COMES_BACK, home.landing("synergy") / NAME, "0.1", *["x"] * 300):
        began = time.monotonic()
        assert [outcome.file_name for outcome in load_patiently(home, 2)] == ["synergy_pupils_2026-06-01.csv"]
        assert time.monotonic() - began < 20
        assert waiting(home) == [NAME]


def test_a_time_set_in_the_past_makes_no_file_quiet(home: Home) -> None:
    path = text(home.landing("synergy") / NAME, HALF)
    os.utime(path, (0, 0))
    began = time.monotonic()
    found = completeness.wait(lambda: [path], 1)
    assert found.complete == [path]
    assert time.monotonic() - began > 0.4


def test_what_is_added_after_a_file_was_read_is_read_too(home: Home, tmp_path: Path) -> None:
    """By another name of the same file, which nobody has open while it is looked at."""
    other_name = text(tmp_path / "upload", HALF)
    home.landing("synergy").mkdir(parents=True)
    os.link(other_name, home.landing("synergy") / NAME)
    assert home.load_one().rows_accepted == 60
    with other_name.open("a") as file:
        file.write(WHOLE[len(HALF) :])
    grown = home.load_one()
    assert (grown.rows_accepted, grown.file_name) == (100, NAME)
    assert any("read again, as new arrivals" in message for message in home.messages)
    assert home.value("select delivery_id from ops.delivery_in_force") == grown.delivery_id


def test_what_lies_aside_is_private_and_goes_once_it_is_seen_unchanged(home: Home) -> None:
    pupils_csv(home.landing("synergy"), PUPILS)
    home.load()
    (aside,) = intake.settled(home.settings)
    private = home.landing("synergy") / intake.TAKEN
    assert private.stat().st_mode & 0o777 == 0o700
    assert private in aside.parents
    assert home.load() == []
    assert intake.settled(home.settings) == []
    assert not [path for path in private.rglob("*") if path.is_file()]


def test_a_file_held_open_lies_aside_until_it_is_closed(home: Home) -> None:
    path = pupils_csv(home.landing("synergy"), PUPILS)
    home.load()
    (aside,) = intake.settled(home.settings)
    with aside.open("ab"):
        home.load()
        assert intake.settled(home.settings) == [aside]
    home.load()
    assert intake.settled(home.settings) == [] and not path.exists()


def test_the_rest_of_a_copy_that_was_cut_off_is_told_of(home: Home, report: Callable[[DeliveryOutcome], str]) -> None:
    """Whole, then 95 of 100 pupils and a part of one: too few to stop, within no tolerance of silence."""
    pupils_csv(home.landing("synergy"), PUPILS)
    home.load()
    cut = WHOLE[: WHOLE.index(pupil(100)) + len(pupil(100)) - 1]
    text(home.landing("synergy") / "synergy_pupils_2026-06-26.csv", cut)
    outcome = home.load_one()
    assert outcome.status == "accepted_with_warnings"
    assert "perhaps the copy was cut off" in report(outcome)
    text(home.landing("synergy") / "synergy_pupils_2026-06-27.csv", WHOLE)
    assert home.load_one().status == "accepted"


def test_an_extract_that_never_ends_its_last_line_is_not_suspected(home: Home) -> None:
    for day in (25, 26):
        text(home.landing("synergy") / f"synergy_pupils_2026-06-{day}.csv", WHOLE[:-1].replace("Child1,", f"C{day},"))
        assert home.load_one().status == "accepted"


def test_354_of_384_pupils_are_told_of(home: Home) -> None:
    every = [pupil(number) for number in range(1, 385)]
    pupils_csv(home.landing("synergy"), every)
    home.load()
    pupils_csv(home.landing("synergy"), every[:354], name="synergy_pupils_2026-06-26.csv")
    assert home.load_one().status == "accepted_with_warnings"
    assert home.value("select outcome from ops.check_result where rule = 'volume_dip' and outcome <> 'pass'") == "warn"


KILLED = """
import os, signal, sys
from pathlib import Path
from orchestration import deliveries
from orchestration.build.database import connect
from orchestration.deliveries import intake
from orchestration.settings import Settings

load = sys.modules["orchestration.deliveries.load"]
owner = {"intake": intake, "load": load, "os": os, "Path": Path}[sys.argv[2]]
original = getattr(owner, sys.argv[3])
times = int(sys.argv[4])

def die(*arguments, **options):
    global times
    done = original(*arguments, **options)
    times -= 1
    if not times:
        os.kill(os.getpid(), signal.SIGKILL)
    return done

setattr(owner, sys.argv[3], die)
settings = Settings(home=Path(sys.argv[1]))
with connect(settings) as connection:
    deliveries.load(settings, connection, "killed")
"""


@pytest.mark.parametrize("place", ["intake.take", "Path.rename", "load.archive", "intake.settle", "intake.look_again"])
@pytest.mark.parametrize("times", [1, 2, 3])
def test_a_run_killed_at_any_step_of_a_file_leaves_its_bytes_where_the_next_finds_them(
    tmp_path: Path, place: str, times: int
) -> None:
    """Three files, killed after the first, second or third step of a kind; a step that is rarer kills nobody."""
    settings = Settings(home=tmp_path / "home")
    for day in ("2026-06-01", "2026-06-02"):
        pupils_csv(settings.landing / "synergy", PUPILS[: -int(day[-1])], name=f"synergy_pupils_{day}.csv")
    text(settings.landing / "synergy" / "synergy_pupils\u202e.csv", WHOLE)
    done = subprocess.run(
        [sys.executable, "-c", KILLED, str(settings.home), *place.split("."), str(times)], cwd=PROJECT
    )
    assert done.returncode in ({-signal.SIGKILL} if times == 1 or place in ("load.archive", "Path.rename") else {0, -9})
    with connect(settings) as connection:
        deliveries.load(settings, connection, "next")
        deliveries.load(settings, connection, "the one after")
        accepted = "select file_name, rows_accepted from ops.delivery where status <> 'rejected' order by all"
        assert connection.execute(accepted).fetchall() == [
            ("synergy_pupils_2026-06-01.csv", 99),
            ("synergy_pupils_2026-06-02.csv", 98),
        ]
        assert connection.execute("select count(*) from ops.delivery where status = 'rejected'").fetchone() == (1,)
    assert deliveries.discover(settings) == intake.settled(settings) == []
    assert not [path for path in settings.landing.rglob("*") if path.is_file()]
    assert len(list(settings.archive.glob("?" * 64))) == 3


SLY_NAMES = [
    b"synergy_pupils_\xff\xfe.csv",
    b"synergy_pupils\n2026-06-25.csv",
    "synergy_pupils_\u202evsc.csv".encode(),
    "synergy\u200b_pupils.csv".encode(),
    "synergy\u2028pupils.csv".encode(),
    b"\x1b[2Jsynergy.csv",
    b"x" * 240 + b".csv",
    b"-rf",
    b"  synergy pupils.csv",
    b"synergy_pupils\xff",
]


def test_files_of_any_name_are_taken_and_rejected_and_stop_nothing(
    home: Home, capfd: pytest.CaptureFixture[str], report: Callable[[DeliveryOutcome], str]
) -> None:
    pupils_csv(home.landing("synergy"), PUPILS)
    for number, name in enumerate(SLY_NAMES):
        text(home.landing("synergy") / os.fsdecode(name), f"{WHOLE}{pupil(200 + number)}\n")
    outcomes = home.load()
    assert len(outcomes) == len(SLY_NAMES) + 1
    assert sorted(outcome.status for outcome in outcomes) == ["accepted", *["rejected"] * len(SLY_NAMES)]
    assert waiting(home) == []
    rejected = [outcome for outcome in outcomes if outcome.status == "rejected"]
    unnamed = [outcome for outcome in rejected if outcome.file_name.startswith("unnamed-")]
    assert len(unnamed) == len(SLY_NAMES)
    assert all(outcome.delivery_id in outcome.file_name for outcome in unnamed)
    said = [*home.messages, *capfd.readouterr(), *(report(outcome) for outcome in rejected), repr(outcomes)]
    said += [str(home.rows("from ops.delivery")), (home.settings.archive / register.NAME).read_text()]
    for place in said:
        assert place.replace("\n", "").isprintable()
    assert home.load() == []


def test_a_return_of_a_name_that_cannot_be_said_is_read_all_the_same(home: Home) -> None:
    text(home.landing("school_census") / "census \u202e2026.xml", census([census_pupil(1)]))
    outcome = home.load_one()
    assert outcome.status == "accepted"
    assert outcome.file_name == f"unnamed-{outcome.delivery_id}.xml"


def test_what_is_no_file_holds_up_nothing(home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = home.landing("synergy")
    pupils_csv(folder, PUPILS)
    os.mkfifo(folder / "synergy_pupils_2026-06-01.csv")
    (folder / "synergy_pupils_2026-06-02.csv").mkdir()
    (folder / "synergy_pupils_2026-06-03.csv").symlink_to(pupils_csv(tmp_path, PUPILS))
    (folder / "synergy_pupils_2026-06-04.csv").symlink_to("/dev/zero")
    (folder / "7").symlink_to(tmp_path)
    monkeypatch.chdir(folder)  # the path of a socket is short
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind("synergy_pupils_2026-06-05.csv")
        assert [outcome.file_name for outcome in home.load()] == [NAME]


def test_files_that_go_or_turn_into_something_else_after_they_were_listed(home: Home, tmp_path: Path) -> None:
    folder = home.landing("synergy")
    gone, link, pipe, stays = (pupils_csv(folder, PUPILS, name=f"synergy_pupils_2026-06-0{n}.csv") for n in range(1, 5))

    def turn() -> None:
        gone.unlink()
        link.unlink()
        link.symlink_to(pupils_csv(tmp_path, PUPILS))
        pipe.unlink()
        os.mkfifo(pipe)

    listed = deliveries.discover(home.settings)
    turn()
    found = completeness.wait(lambda: listed, 0)
    assert found.complete == [stays]
    assert [path.name for path in intake.take(home.settings, listed)] == [stays.name]
    assert home.load_one().rows_accepted == 100
    assert (tmp_path / NAME).exists()


def test_a_file_that_this_account_may_not_read_waits_and_stops_nothing(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path / "home")
    pupils_csv(settings.landing / "synergy", PUPILS)
    pupils_csv(settings.landing / "synergy", PUPILS[:-1], name="synergy_pupils_2026-06-01.csv").chmod(0)
    loads = (
        "from pathlib import Path; from orchestration import deliveries\n"
        "from orchestration.build.database import connect\nfrom orchestration.home import progress\n"
        f"from orchestration.settings import Settings\nsettings = Settings(home=Path({str(settings.home)!r}))\n"
        "with connect(settings) as connection, progress.shown_on(print):\n"
        "    deliveries.load(settings, connection, 'run')"
    )
    # The superuser reads everything, unless it lays that down.
    lays_down = ["setpriv", "--bounding-set=-dac_override,-dac_read_search", "--inh-caps=-all"]
    if os.geteuid() == 0 and not shutil.which("setpriv"):
        pytest.skip("setpriv is needed to try this as the superuser")
    command = [*(lays_down if os.geteuid() == 0 else []), sys.executable, "-c", loads]
    done = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "1 files are left for the next run: cannot be opened by this account" in done.stdout
    assert "synergy: 1 of 1 files are to be read" in done.stdout
    assert len(deliveries.discover(settings)) == 1

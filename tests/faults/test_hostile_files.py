"""A file made to hurt its reader is rejected, and stops neither the others nor the families' rights nor a rebuild."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from orchestration import deliveries
from orchestration.build.database import connect
from orchestration.deliveries import intake, names, reading, register
from orchestration.deliveries.candidate import Arrived
from orchestration.deliveries.reading import Reader
from orchestration.home import durable
from orchestration.settings import Settings
from tests.support import hostile_files
from tests.support.landing_home import Home
from tests.support.made_files import census, census_pupil, census_xml, pupil, pupils_csv, text

PROJECT = Path(__file__).resolve().parents[2]
READER_BYTES = 512 << 20

pytestmark = pytest.mark.timeout(900)

# Of the process itself: what the system counts of a process begins with that of the one that started it.
LOAD = """
import json, re, resource, sys, time
from pathlib import Path
from orchestration import deliveries
from orchestration.build.database import connect
from orchestration.home import progress
from orchestration.settings import Settings

settings = Settings(home=Path(sys.argv[1]))
started = time.monotonic()
with connect(settings) as connection, progress.shown_on(print):
    outcomes = deliveries.load(settings, connection, "run")
print(json.dumps({
    "outcomes": [[o.source, o.file_name, o.status, o.reason, o.rows_read, o.rows_accepted, o.rows_rejected]
                 for o in outcomes],
    "seconds": time.monotonic() - started,
    "own": int(re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())[1]),
    "reader": resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss,
}))
"""
RIGHTS = """
import json, re, sys
from pathlib import Path
from orchestration.rights import files, traces
from orchestration.rights.workspace import workspace
from orchestration.settings import Settings

settings = Settings(home=Path(sys.argv[1]))
with workspace(settings) as connection:
    read = [[r.file.source, r.file.file_name, r.is_whole]
            for r in files.read(settings, connection, traces.archived(settings))]
own = int(re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())[1])
print(json.dumps({"read": read, "own": own}))
"""
REBUILD = """
import json, sys
from pathlib import Path
from orchestration.jobs import rebuild
from orchestration.build.database import connect
from orchestration.deliveries import register
from orchestration.settings import Settings

settings, second = Settings(home=Path(sys.argv[1])), Settings(home=Path(sys.argv[2]))
rebuild._prepare(settings, second)
rebuild._take_in(settings, second, register.entries(settings.archive))
with connect(second) as connection:
    rows = connection.execute("select source, file_name, status from ops.delivery").fetchall()
print(json.dumps(rows))
"""


def run(script: str, *arguments: Path) -> tuple[dict[str, Any], str]:
    """What a script says on its last line, and all that it says."""
    done = subprocess.run(
        [sys.executable, "-c", script, *map(str, arguments)],
        cwd=PROJECT,
        env={**os.environ, "EARLYHELP_LIMIT_READER_BYTES": str(READER_BYTES), "EARLYHELP_KEY": "k" * 32},
        capture_output=True,
        text=True,
        timeout=800,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return json.loads(done.stdout.splitlines()[-1]), done.stdout + done.stderr


@pytest.fixture(scope="module")
def attacked(
    tmp_path_factory: pytest.TempPathFactory,
) -> tuple[Settings, dict[tuple[str, str], str], dict[str, Any], str]:
    """A home after one load of hostile files and good ones; the kind of each file, and what the load said."""
    settings = Settings(home=tmp_path_factory.mktemp("attacked"))
    kinds = {
        (path.parent.name, names.known(path.name, durable.sha256(path))): kind
        for path, kind in hostile_files.write_hostile(settings.landing)
    }
    pupils_csv(settings.landing / "synergy", [pupil(number) for number in range(1, 201)])
    census_xml(settings.landing / "school_census", census([census_pupil(number) for number in range(1, 31)]))
    good = text(settings.landing / "family_matters" / "family_matters_2026-06-20.xlsx", "")
    good.write_bytes(hostile_files.workbook())
    told, said = run(LOAD, settings.home)
    return settings, kinds, told, said


def test_each_hostile_file_has_a_verdict_and_the_good_ones_are_taken(
    attacked: tuple[Settings, dict[tuple[str, str], str], dict[str, Any], str],
) -> None:
    settings, kinds, told, _ = attacked
    assert len(kinds) >= 100
    verdicts = {(source, name): status for source, name, status, *_ in told["outcomes"]}
    assert verdicts.keys() >= kinds.keys()
    good = {file: status for file, status in verdicts.items() if file not in kinds}
    assert len(good) == 3
    assert set(good.values()) <= {"accepted", "accepted_with_warnings"}
    rejected = sum(verdicts[file] == "rejected" for file in kinds)
    megabytes = {who: told[who] // 1024 for who in ("own", "reader")}
    print(f"{len(kinds)} hostile files: {rejected} rejected, {told['seconds']:.0f} s, peak MiB {megabytes}")
    for source, name, status, reason, read, accepted, refused in told["outcomes"]:
        print(f"{status:24}{kinds.get((source, name), 'good')}: {reason or ''}"[:220])
        assert read == accepted + refused
        assert bool(reason) == (status == "rejected")
    assert rejected > len(kinds) * 0.8
    # What a process may allocate bounds what it holds; its libraries are mapped beside that.
    assert told["reader"] * 1024 < READER_BYTES + (200 << 20)
    assert told["own"] * 1024 < 1 << 30
    assert {path.name for path in settings.landing.glob("*/*")} == {intake.TAKEN}
    assert sorted(path.name for path in settings.build.glob("reading*")) == []


def test_the_families_rights_read_past_hostile_files(
    attacked: tuple[Settings, dict[tuple[str, str], str], dict[str, Any], str],
) -> None:
    settings, _, told, _ = attacked
    read, _ = run(RIGHTS, settings.home)
    assert len(read["read"]) == len(register.entries(settings.archive))
    taken = {(source, name) for source, name, status, *_ in told["outcomes"] if status != "rejected"}
    whole = {(source, name) for source, name, is_whole in read["read"] if is_whole}
    assert taken <= whole
    assert read["own"] * 1024 < 1 << 30


def test_a_rebuild_loads_past_hostile_files_and_says_the_same(
    attacked: tuple[Settings, dict[tuple[str, str], str], dict[str, Any], str], tmp_path: Path
) -> None:
    settings, _, told, _ = attacked
    again, _ = run(REBUILD, settings.home, tmp_path / "second")
    # Of bytes that came under several names the register has the last.
    assert set(map(tuple, again)) <= {(source, name, status) for source, name, status, *_ in told["outcomes"]}
    assert len(again) == len(register.entries(settings.archive)) > 100


KILLED_WHILE_READING = """
import os, signal, sys
from pathlib import Path
from orchestration import deliveries
from orchestration.build.database import connect
from orchestration.deliveries.reading import Reader
from orchestration.settings import Settings

ask = Reader._ask

def die(reader, arrived):
    if arrived.archived.sha256 == sys.argv[2]:
        os.kill(os.getpid(), signal.SIGKILL)
    return ask(reader, arrived)

Reader._ask = die
settings = Settings(home=Path(sys.argv[1]))
with connect(settings) as connection:
    deliveries.load(settings, connection, "killed")
"""


@pytest.mark.parametrize(("deaths", "status"), [(2, "accepted"), (3, "rejected")])
def test_a_file_over_which_three_runs_died_is_rejected_by_its_hash_and_the_others_are_read(
    tmp_path: Path, deaths: int, status: str
) -> None:
    settings = Settings(home=tmp_path / "home")
    deadly = pupils_csv(settings.landing / "synergy", [pupil(number) for number in range(1, 101)])
    sha256 = durable.sha256(deadly)
    census_xml(settings.landing / "school_census", census([census_pupil(number) for number in range(1, 31)]))
    for _ in range(deaths):
        done = subprocess.run([sys.executable, "-c", KILLED_WHILE_READING, str(settings.home), sha256], cwd=PROJECT)
        assert done.returncode == -signal.SIGKILL
    with connect(settings) as connection:
        outcomes = deliveries.load(settings, connection, "next")
    verdicts = {outcome.source: outcome for outcome in outcomes}
    assert verdicts["synergy"].status == status
    assert verdicts["school_census"].status != "rejected"
    assert (sha256[:16] in (verdicts["synergy"].reason or "")) == (status == "rejected")
    assert not deadly.exists()
    # What was a chance is forgotten; what was not is remembered, for a rebuild reads the file as well.
    assert (settings.build / reading.NOTE).exists() == (status == "rejected")


def test_a_reader_that_somebody_else_kills_costs_nothing(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    pupils_csv(home.landing("synergy"), [pupil(number) for number in range(1, 101)])
    ask = Reader._ask
    killed: list[int] = []

    def kill_first(reader: Reader, arrived: Arrived) -> dict[str, Any] | None:
        if not killed:
            reader._started()
            killed.append(reader._process.pid)
            os.kill(reader._process.pid, signal.SIGKILL)
        return ask(reader, arrived)

    monkeypatch.setattr(Reader, "_ask", kill_first)
    assert home.load_one().status == "accepted"
    assert killed


def test_a_file_that_takes_too_much_memory_is_rejected_and_the_next_is_read(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second wall: whatever the first lets through."""
    for first_wall in ("unzipped_bytes", "unzip_ratio", "text_bytes", "cells"):
        monkeypatch.setattr(home.settings.limits, first_wall, 1 << 40)
    monkeypatch.setattr(home.settings.limits, "reader_bytes", 384 * hostile_files.MEBI)
    for day, content in (
        ("2026-06-19", hostile_files.shared(f"<si><t>{'x' * 60_000}</t></si>" * 5000, "<c t='s'><v>4999</v></c>")),
        ("2026-06-20", None),
    ):
        path = text(home.landing("family_matters") / f"family_matters_{day}.xlsx", "")
        path.write_bytes(content or hostile_files.workbook())
    broken, good = sorted(home.load(), key=lambda outcome: outcome.file_name)
    assert broken.status == "rejected"
    assert "EARLYHELP_LIMIT_READER_BYTES" in broken.reason
    assert good.status != "rejected"


def test_a_file_that_takes_too_long_is_rejected(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(home.settings.limits, "reader_seconds", 0.001)
    monkeypatch.setattr(home.settings.limits, "reader_seconds_per_mebi", 0)
    census_xml(home.landing("school_census"), census([census_pupil(number % 900) for number in range(2000)]))
    outcome = home.load_one()
    assert outcome.status == "rejected"
    assert "EARLYHELP_LIMIT_READER_SECONDS" in outcome.reason


def test_the_reader_dies_with_whoever_started_it_and_has_no_key(home: Home) -> None:
    script = (
        "import os, sys, time; from pathlib import Path; from orchestration.deliveries.reading import Reader\n"
        "from orchestration.settings import Settings\n"
        "reader = Reader(Settings(home=Path(sys.argv[1]))); reader._started()\n"
        "pid = reader._process.pid\n"
        "print(pid, 'EARLYHELP_KEY' in Path(f'/proc/{pid}/environ').read_text(), flush=True)\n"
        "time.sleep(600)"
    )
    environment = {**os.environ, "EARLYHELP_KEY": "k" * 32}
    with subprocess.Popen(
        [sys.executable, "-c", script, str(home.settings.home)], cwd=PROJECT, env=environment, stdout=subprocess.PIPE
    ) as parent:
        pid, has_key = parent.stdout.readline().decode().split()
        assert has_key == "False"
        parent.kill()
    for _ in range(100):
        if not Path(f"/proc/{pid}").exists():
            return
        time.sleep(0.1)
    pytest.fail("the reader lives on")

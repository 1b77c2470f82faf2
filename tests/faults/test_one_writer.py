"""Two at once: the second waits or says for whom, touches nothing of the first, and nothing outlives a killed run."""

import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import duckdb
import pytest
from typer.testing import CliRunner

from expectations.suites.release import SUITE
from orchestration import releases
from orchestration.build import dbt
from orchestration.cli import app
from orchestration.home import logs, processes
from orchestration.home.lock import BuildBusyError, build_lock
from orchestration.settings import PROJECT, Settings
from tests.support.small_build import make_home

HOLD = """
from orchestration.home import lock
from orchestration.home import logs
from orchestration.settings import Settings
lock.name_holder("earlyhelp build")
with lock.build_lock(Settings()), logs.of_run(Settings(), "the first run") as log:
    print("what the first run did", flush=True)
    log.with_suffix(".ready").touch()
    input()
"""

DBT = """
import subprocess
from orchestration.build import dbt, engine
from orchestration.home.lock import build_lock
from orchestration.settings import Settings
settings = Settings()
with build_lock(settings):
    engine.connect(settings, settings.build_file).close()
    command = [dbt.EXECUTABLE, "build", "--select", "resource_type:seed", *dbt.places(settings.home / "dbt")]
    child = subprocess.Popen(command, env=dbt.environment(settings), stdout=subprocess.DEVNULL)
    print(child.pid, flush=True)
    child.wait()
"""

LEFT_BEHIND = """
import subprocess, sys
from orchestration.build import dbt
from orchestration.home import lock
from orchestration.settings import Settings
CHILD = '''
import ctypes
from orchestration.home import parent, processes
processes.join()
ctypes.CDLL(None).prctl(parent.PR_SET_PDEATHSIG, 0, 0, 0, 0)
print("joined", flush=True)
input()
'''
lock.name_holder("earlyhelp build")
with lock.build_lock(Settings()):
    child = subprocess.Popen([sys.executable, "-c", CHILD], env=dbt.environment(Settings()))
    child.wait()
"""


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """A home with a small build and two releases of it."""
    made = make_home(tmp_path, monkeypatch, 1000)
    for _ in range(2):
        releases.publish(made, date(2026, 6, 26), "run")
    return made


@pytest.fixture
def held(settings: Settings) -> Iterator[subprocess.Popen[str]]:
    """Another process that holds the build of `settings` and has begun its log."""
    process = subprocess.Popen([sys.executable, "-c", HOLD], cwd=PROJECT, stdin=subprocess.PIPE, text=True)
    _wait_for(lambda: list(logs.folder_of(settings).glob("*.ready")))
    yield process
    process.communicate("\n")
    assert process.returncode == 0


def _wait_for(condition: Callable[[], object], seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.02)


def _is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] not in "ZX"
    except (FileNotFoundError, ProcessLookupError):
        return False


COMMANDS = {
    "build": ["build", "--as-of", "2026-06-25"],
    "rebuild": ["rebuild"],
    "rollback": ["rollback"],
    "withdraw": ["withdraw", "any", "--reason", "a trial"],
    "accept-change": ["accept-change", "{rule}", "--reason", "a trial"],
    "keys rotate": ["keys", "rotate", "--all"],
    "review list": ["review", "list"],
    "review accept": ["review", "accept", "3f9a"],
    "erase": ["erase", "--child", "0" * 32],
    "erase --yes": ["erase", "--child", "0" * 32, "--reason", "a trial", "--yes"],
    "retention": ["retention"],
    "retention --yes": ["retention", "--yes"],
    "subject-access": ["subject-access", "--child", "0" * 32, "--out", "{out}", "--reason", "a trial"],
    "what-if": ["what-if", "--rules", "{rules}"],
    "linkage train": ["linkage", "train", "--note", "a trial"],
}


def test_every_command_that_needs_the_build_says_in_a_sentence_who_holds_it(
    settings: Settings, held: subprocess.Popen[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EARLYHELP_LOCK_WAIT_SECONDS", "0")
    rule = next(one.name for one in SUITE.rules if one.may_be_accepted)
    rules = tmp_path / "rules.csv"
    rules.write_text("flag_code,threshold\nattendance,0.15\n")
    evaluation = settings.build / "dbt/compiled/early_help/models/intermediate/flag/int_flags_evaluated.sql"
    evaluation.parent.mkdir(parents=True)
    evaluation.touch()
    before = {path: path.read_bytes() for path in settings.home.rglob("*") if path.is_file()}
    for name, arguments in COMMANDS.items():
        filled = [word.format(out=tmp_path / "out", rules=rules, rule=rule) for word in arguments]
        done = CliRunner().invoke(app, filled)
        assert done.exit_code == 1, (name, done.output, done.exception)
        assert isinstance(done.exception, SystemExit), (name, done.exception)
        assert f"`earlyhelp build` (process {held.pid}, since 20" in done.stderr, (name, done.stderr)
        assert "H801200001001" not in done.stderr
    after = {path: path.read_bytes() for path in settings.home.rglob("*") if path.is_file()}
    assert after == before, "whoever only waited has written something"
    assert (logs.folder_of(settings) / logs.LAST).read_text() == "what the first run did\n"


def test_status_during_a_build_says_who_is_at_work_and_stops_nobody(
    settings: Settings, held: subprocess.Popen[str]
) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "orchestration.cli", "status"], cwd=PROJECT, capture_output=True, text=True
    )
    assert "`earlyhelp build`" in done.stdout
    assert f"process {held.pid}" in done.stdout


def test_whoever_reads_the_build_holds_it(settings: Settings) -> None:
    """DuckDB lets a reader in one process stop a writer in another, so a reader is somebody to wait for, too."""
    from orchestration.build import database

    with database.connect(settings, read_only=True):
        assert _taken_by_another_thread(settings) is False
    assert _taken_by_another_thread(settings) is True


def test_who_holds_the_build_may_call_what_takes_it(settings: Settings) -> None:
    with build_lock(settings):
        releases.rollback(settings)
        assert _taken_by_another_thread(settings) is False
    assert _taken_by_another_thread(settings) is True


def _taken_by_another_thread(settings: Settings) -> bool:
    taken = []

    def take() -> None:
        try:
            with build_lock(settings, wait_seconds=0):
                taken.append(True)
        except BuildBusyError:
            taken.append(False)

    thread = threading.Thread(target=take)
    thread.start()
    thread.join()
    return taken[0]


def test_dbt_ends_with_the_run_that_was_killed_and_the_next_run_gets_the_build(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EARLYHELP_HOME", str(tmp_path))
    monkeypatch.setenv("EARLYHELP_KEY", "k" * 64)
    settings = Settings()
    dbt.target()
    run = subprocess.Popen([sys.executable, "-c", DBT], cwd=PROJECT, stdout=subprocess.PIPE, text=True)
    pid = int(run.stdout.readline())
    written = settings.build_file.with_suffix(".duckdb.wal")
    _wait_for(lambda: written.exists() or not _is_alive(pid), 120)
    assert _is_alive(pid), "dbt ended before the run was killed, so nothing was shown"
    run.send_signal(signal.SIGKILL)
    run.wait()
    _wait_for(lambda: not _is_alive(pid), 1)
    with build_lock(settings, wait_seconds=1), duckdb.connect(str(settings.build_file)) as connection:
        connection.execute("create or replace table nobody_else_writes as select 1")


def test_what_outlives_a_killed_run_keeps_the_next_one_waiting(settings: Settings) -> None:
    """Where the kernel does not end a process with the one that started it."""
    run = subprocess.Popen(
        [sys.executable, "-c", LEFT_BEHIND], cwd=PROJECT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert run.stdout.readline() == "joined\n"
    run.send_signal(signal.SIGKILL)
    run.wait()
    with pytest.raises(BuildBusyError, match=f"process {run.pid}"), build_lock(settings, wait_seconds=0.5):
        pass
    run.stdin.write("\n")
    run.stdin.close()
    with build_lock(settings, wait_seconds=5):
        pass


def test_a_process_whose_run_is_gone_does_not_begin(settings: Settings) -> None:
    gone = subprocess.Popen(["true"])
    gone.wait()
    environment = {**dbt.environment(settings), processes.PARENT: str(gone.pid)}
    done = subprocess.run([dbt.EXECUTABLE, "--version"], env=environment, capture_output=True, text=True)
    assert done.returncode == 1
    assert "has ended" in done.stderr


def test_each_run_has_its_log_and_the_last_ones_are_kept(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EARLYHELP_KEEP_LOGS", "2")
    for number in range(3):
        with logs.of_run(Settings(), f"{number}-of-a-run"):
            print(number)
    kept = [path.read_text() for path in sorted(logs.folder_of(settings).glob(logs.RUNS))]
    assert kept == ["1\n", "2\n"]
    assert (logs.folder_of(settings) / logs.LAST).read_text() == "2\n"

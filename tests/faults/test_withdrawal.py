"""What a release said by mistake is taken back: out of force, out of the journal, told in the log of disclosures."""

import json
import signal
import subprocess
import sys
from datetime import date
from pathlib import Path

import duckdb
import pytest
from typer.testing import CliRunner

from orchestration import releases
from orchestration.build import database, fingerprint, journal
from orchestration.cli import app
from orchestration.deliveries.schema import ensure_schema
from orchestration.home import disclosures
from orchestration.releases import store
from orchestration.releases.withdrawal import withdraw
from orchestration.settings import PROJECT, Settings
from tests.support.small_build import make_build, name_home

REASON = "built as of August, June was meant"
KILLED = """
import os, signal, sys
from orchestration.releases import store, withdrawal
from orchestration.settings import Settings
store.put_in_force_again = lambda *arguments: os.kill(os.getpid(), signal.SIGKILL)
withdrawal.withdraw(Settings(), sys.argv[1], "built as of August, June was meant")
"""


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    return name_home(tmp_path, monkeypatch)


def _publish(settings: Settings, generation: int, day: date = date(2026, 6, 26)) -> str:
    make_build(settings, generation, 1000)
    return releases.publish(settings, day, "run").release_id


def test_a_mistaken_release_goes_out_of_force_and_out_of_the_journal(settings: Settings) -> None:
    right, wrong = _publish(settings, 1), _publish(settings, 2, date(2026, 8, 26))
    files = {path: path.read_bytes() for path in settings.knowledge.rglob("*") if path.is_file()}
    made_of = fingerprint.inputs(settings)
    done = CliRunner().invoke(app, ["withdraw", wrong, "--reason", REASON])
    assert done.exit_code == 0, done.output
    assert f"Release {right}, as of 2026-06-26, is in force." in done.output
    assert releases.in_force(settings).release_id == right
    assert [entry.release_id for entry in journal.entries(settings)] == [right]
    assert fingerprint.inputs(settings) != made_of, "a build would find nothing new"
    assert all(path.read_bytes() == before for path, before in files.items()), "the journal is only ever added to"
    told = [(line.action, line.release_id, line.reason) for line in disclosures.entries(settings)]
    assert ("withdrawal", wrong, REASON) in told
    assert ("rollback", right, f"release {wrong} was withdrawn") in told
    assert json.loads(journal.withdrawals_of(settings).read_text())["release_id"] == wrong


def test_no_way_leads_back_to_a_withdrawn_release(settings: Settings) -> None:
    first, wrong = _publish(settings, 1), _publish(settings, 2)
    withdraw(settings, wrong, REASON)
    last = _publish(settings, 3)
    with pytest.raises(LookupError, match=f"was withdrawn at .* UTC: {REASON}"):
        releases.rollback(settings, wrong)
    assert releases.in_force(settings).release_id == last
    assert releases.rollback(settings).release_id == first
    with pytest.raises(ValueError, match="is withdrawn already"):
        withdraw(settings, wrong, REASON)


def test_only_the_last_word_can_be_withdrawn(settings: Settings) -> None:
    first, second = _publish(settings, 1), _publish(settings, 2)
    with pytest.raises(ValueError, match=f"What {second} said rests on what {first} said: withdraw the last"):
        withdraw(settings, first, REASON)
    with pytest.raises(LookupError, match=f"The last that spoke is {second}"):
        withdraw(settings, "20260101T020000Z", REASON)
    assert not journal.withdrawals_of(settings).exists()
    withdraw(settings, second, REASON)
    # Nothing is before the first one: readers keep it until the next build.
    assert withdraw(settings, first, REASON).release_id == first
    assert journal.entries(settings) == []


def test_a_release_that_looked_back_meanwhile_stays_in_force(settings: Settings) -> None:
    _publish(settings, 1)
    wrong = _publish(settings, 2, date(2026, 8, 26))
    make_build(settings, 3, 1000)
    with database.connect(settings) as connection:
        connection.execute("update ops.build_run set is_look_back = true")
    tonight = releases.publish(settings, date(2026, 6, 27), "run").release_id
    assert withdraw(settings, wrong, REASON).release_id == tonight


def test_a_withdrawal_cut_short_is_finished_by_the_same_command(settings: Settings) -> None:
    right, wrong = _publish(settings, 1), _publish(settings, 2)
    killed = subprocess.run([sys.executable, "-c", KILLED, wrong], cwd=PROJECT)
    assert killed.returncode == -signal.SIGKILL
    assert releases.in_force(settings).release_id == wrong
    assert withdraw(settings, wrong, REASON).release_id == right
    store.verify(releases.in_force(settings))
    assert len(journal.withdrawals_of(settings).read_text().splitlines()) == 1


def test_the_release_before_is_verified_before_anything_is_withdrawn(settings: Settings) -> None:
    right, wrong = _publish(settings, 1), _publish(settings, 2)
    with (settings.releases / right / store.FILE_NAME).open("r+b") as file:
        file.seek(4096)
        file.write(b"spoiled")
    with pytest.raises(ValueError, match="differs from its manifest"):
        withdraw(settings, wrong, REASON)
    assert releases.in_force(settings).release_id == wrong
    assert not journal.withdrawals_of(settings).exists()


def test_what_comes_next_speaks_as_if_it_had_not_been_said(settings: Settings) -> None:
    """August ended one statement and began another: a build of June was silent, and finds the first one standing."""
    with database.connect(settings) as connection:
        ensure_schema(connection)
        _say(settings, connection, "20260303T020000Z", "2026-03-03", [("one", "2026-03-03 02:00:00", "9999-12-31")])
        _say(
            settings,
            connection,
            "20260626T020000Z",
            "2026-08-26",
            [("one", "2026-03-03 02:00:00", "2026-08-26 02:00:00"), ("two", "2026-08-26 02:00:00", "9999-12-31")],
        )
        silent = journal.begin(settings, connection, date(2026, 6, 27), None)
        assert silent.is_look_back
        assert "earlyhelp withdraw 20260626T020000Z" in journal.look_back(settings, date(2026, 6, 27))
        journal.withdraw(settings, "20260626T020000Z", REASON)
        moment = journal.begin(settings, connection, date(2026, 6, 27), None)
        assert not moment.is_look_back
        assert moment.said_at.date() == date(2026, 6, 27)
        assert journal.look_back(settings, date(2026, 6, 27)) is None
        assert connection.execute(
            "select statement_id, said_to_at::date::varchar from snapshots.snap_flag"
        ).fetchall() == [("one", "9999-12-31")]
        assert connection.execute("select release_id from ops.earlier_release").fetchall() == [("20260303T020000Z",)]


def _say(
    settings: Settings,
    connection: duckdb.DuckDBPyConnection,
    release_id: str,
    day: str,
    statements: list[tuple[str, str, str]],
) -> None:
    folder = settings.knowledge / release_id
    folder.mkdir(parents=True)
    entry = journal.Entry(release_id, day, f"{day}T02:00:00", "1", "code", "inputs")
    (folder / journal.LINE).write_text(json.dumps(entry.__dict__))
    rows = ", ".join(f"('{name}', timestamp '{begun}', timestamp '{ended}')" for name, begun, ended in statements)
    connection.execute(
        f"copy (select * from (values {rows}) as said (statement_id, said_from_at, said_to_at)) "
        f"to '{folder / 'snap_flag.parquet'}' (format parquet)"
    )

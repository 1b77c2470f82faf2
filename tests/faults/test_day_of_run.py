"""A run has one day from start to end, the council's; a day after today needs a word."""

import os
import subprocess
import sys
from datetime import UTC, date, datetime
from pathlib import Path

import dagster as dg
import pytest
import time_machine
from typer.testing import CliRunner

from orchestration import releases
from orchestration.build import database, journal
from orchestration.cli import app
from orchestration.definitions import defs
from orchestration.home import as_of
from orchestration.settings import PROJECT, Settings
from tests.support.small_build import make_home

BEFORE_MIDNIGHT = datetime(2026, 6, 26, 22, 59, 50, tzinfo=UTC)
"""Ten seconds before midnight of British Summer Time."""

OVER_MIDNIGHT = """
import dagster as dg
import time_machine
from datetime import datetime
from orchestration.build import database, journal
from orchestration.home.as_of import as_of
from orchestration.defs.release import release
from orchestration.defs.resources import settings_under_lock
from orchestration.settings import Settings

with time_machine.travel(datetime.fromisoformat("{start}"), tick=True) as clock:

    @dg.asset
    def made(context: dg.AssetExecutionContext) -> None:
        with database.connect(Settings()) as connection:
            journal.begin(Settings(), connection, as_of(context), None)
        clock.shift(3600)
        assert as_of(context).isoformat() == "2026-06-26", "a run without a tag has the day on which it started"

    for assets in ([made], [release]):
        assert dg.materialize(assets, resources={{"settings": settings_under_lock(Settings)}}).success
"""


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    made = make_home(tmp_path, monkeypatch, 1000)
    with database.connect(made) as connection:
        connection.execute(
            "create table ops.earlier_release (release_id varchar, as_of_date date, said_at timestamp, "
            "version varchar, code_sha256 varchar, inputs_sha256 varchar)"
        )
        connection.execute("create table ops.node_state (unique_id varchar)")
    return made


@pytest.mark.parametrize("zone", ["UTC", "Pacific/Auckland", "America/Los_Angeles"])
def test_the_day_is_the_councils_wherever_the_machine_thinks_it_is(zone: str) -> None:
    script = (
        "import time_machine; from datetime import datetime; from orchestration.home import as_of\n"
        f"with time_machine.travel(datetime.fromisoformat('{BEFORE_MIDNIGHT.isoformat()}'), tick=False) as clock:\n"
        "    print(as_of.today()); clock.shift(20); print(as_of.today())"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=PROJECT, env={**os.environ, "TZ": zone}, capture_output=True, text=True
    )
    assert done.stdout.split() == ["2026-06-26", "2026-06-27"], done.stderr


def test_a_run_over_midnight_publishes_the_day_that_its_build_was_made_for(settings: Settings) -> None:
    script = OVER_MIDNIGHT.format(start=BEFORE_MIDNIGHT.isoformat())
    done = subprocess.run([sys.executable, "-c", script], cwd=PROJECT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-3000:]
    release = releases.in_force(settings)
    assert release.manifest["as_of_date"] == "2026-06-26"
    with releases.opened(settings, release) as connection:
        assert connection.execute("select as_of_date from ops.release").fetchall() == [(date(2026, 6, 26),)]
    (entry,) = journal.entries(settings)
    assert (entry.as_of_date, entry.moment.date()) == ("2026-06-26", date(2026, 6, 26))


def test_schedule_and_sensor_say_the_day_when_they_start_a_run(settings: Settings) -> None:
    nightly = defs().resolve_schedule_def("nightly")
    due = datetime(2026, 6, 27, 1, 0, tzinfo=UTC)  # two in the morning, in London
    with time_machine.travel(datetime(2026, 6, 27, 23, 30, tzinfo=UTC)):  # the daemon comes to it a day later
        context = dg.build_schedule_context(scheduled_execution_time=due)
        (request,) = nightly.evaluate_tick(context).run_requests
    assert request.tags[as_of.TAG] == "2026-06-27"
    file = settings.landing / "synergy/synergy_pupils_2026-06-19.csv"
    file.parent.mkdir(parents=True)
    file.write_text("whole")
    landed, cursor = defs().resolve_sensor_def("landed"), None
    with time_machine.travel(BEFORE_MIDNIGHT):
        for _ in range(2):
            tick = landed.evaluate_tick(dg.build_sensor_context(cursor=cursor, definitions=defs()))
            cursor = tick.cursor
    assert tick.run_requests[0].tags[as_of.TAG] == "2026-06-26"


@pytest.mark.parametrize(
    "command",
    [
        ["build"],
        ["rebuild"],
        ["erase", "--yes", "--child", "0" * 32, "--reason", "a trial"],
        ["retention", "--yes"],
    ],
    ids=lambda command: command[0],
)
def test_a_day_after_today_needs_a_word(settings: Settings, command: list[str]) -> None:
    releases.publish(settings, date(2026, 6, 26), "run")
    with time_machine.travel(BEFORE_MIDNIGHT):
        refused = CliRunner().invoke(app, [*command, "--as-of", "2026-08-26"])
    assert refused.exit_code == 1
    assert "2026-08-26 is after today, 2026-06-26 in London." in refused.stderr
    assert "--allow-future" in refused.stderr
    assert len(journal.entries(settings)) == 1


def test_a_later_day_in_a_tag_of_dagsters_needs_a_word_too(settings: Settings) -> None:
    @dg.op
    def day(context: dg.OpExecutionContext) -> str:
        return as_of.as_of(context).isoformat()

    @dg.job
    def said() -> None:
        day()

    with time_machine.travel(BEFORE_MIDNIGHT):
        with pytest.raises(ValueError, match=f"{as_of.ALLOW_FUTURE_TAG}: yes"):
            said.execute_in_process(tags={as_of.TAG: "2026-08-26"})
        meant = said.execute_in_process(tags={as_of.TAG: "2026-08-26", as_of.ALLOW_FUTURE_TAG: "yes"})
    assert meant.output_for_node("day") == "2026-08-26"


def test_a_run_put_together_in_dagsters_pages_is_one_process_that_holds_the_build(settings: Settings) -> None:
    assert defs().resolve_implicit_global_asset_job_def().executor_def is dg.in_process_executor

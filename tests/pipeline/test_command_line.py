"""The command line teaches, shows progress, and does not let two runs mix."""

import fcntl
import os
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from orchestration import cli
from tests.support.warehouse import KEY, PROJECT, Warehouse


@pytest.mark.parametrize(
    "command",
    [
        *("init", "synth", "deliver", "build", "status", "dashboard", "rollback", "verify", "docs", "metric"),
        "accept-change",
        *("source try", "source new", "source check"),
        *("review list", "review show", "review accept", "review reject", "linkage train", "linkage evaluate"),
    ],
)
def test_help_teaches_with_an_example(clean: Warehouse, command: str) -> None:
    done = clean.here(*command.split(), "--help")
    assert done.returncode == 0
    assert "Example" in done.stdout
    assert f"earlyhelp {command}" in done.stdout


def test_status_names_sources_flags_and_the_release_in_force(clean: Warehouse) -> None:
    printed = clean.earlyhelp("status").stdout
    for word in ("school_census", "synergy", "attendance", "Release in force", str(clean.home)):
        assert word in printed


def test_status_before_the_first_release_says_what_to_do_next(tmp_path: Path) -> None:
    assert "earlyhelp deliver" in Warehouse(tmp_path / "new", tmp_path).here("status").stdout


def test_the_dashboard_counts_each_zone_and_the_county(clean: Warehouse) -> None:
    printed = clean.earlyhelp("dashboard").stdout
    zones = clean.release("select zone_name, children_count from mart.mart_zone_dashboard where is_current")
    assert len({zone for zone, _ in zones}) >= 8
    for zone, children in zones:
        assert zone in printed
        assert f"{children:,}" in printed
    assert "read_only=True" in printed


def test_a_second_run_waits_and_then_says_who_holds_the_build(clean: Warehouse) -> None:
    before = clean.release("select release_id from ops.release")
    with (clean.home / "build" / "lock").open("a") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        done = clean.earlyhelp("build", "--as-of", "2026-06-25", EARLYHELP_LOCK_WAIT_SECONDS="0.2")
    assert done.returncode == 1
    assert "Another run" in done.stderr
    assert clean.release("select release_id from ops.release") == before


def test_another_pseudonym_key_stops_the_build(clean: Warehouse) -> None:
    done = clean.earlyhelp("build", "--as-of", "2026-06-25", EARLYHELP_KEY="x" * 64)
    assert done.returncode == 1
    assert "pseudonym key" in done.stderr
    assert "x" * 64 not in done.stdout + done.stderr + (clean.home / "logs/last_run.log").read_text()


def test_the_key_is_in_no_file_that_the_warehouse_writes(clean: Warehouse) -> None:
    holding = [p for p in clean.home.rglob("*") if p.is_file() and KEY.encode() in p.read_bytes()]
    assert holding == []


def test_without_a_key_the_build_stops_and_says_how_to_make_one(tmp_path: Path, counties: dict[str, Path]) -> None:
    new = Warehouse(tmp_path / "home", counties["clean"])
    environment = {**os.environ, "EARLYHELP_HOME": str(new.home), "EARLYHELP_KEY_FILE": str(tmp_path / "key")}
    environment.pop("EARLYHELP_KEY", None)

    def earlyhelp(*arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "orchestration.cli", *arguments]
        return subprocess.run(command, cwd=PROJECT, env=environment, capture_output=True, text=True)

    assert earlyhelp("deliver", str(counties["clean"] / "extracts" / "deprivation")).returncode == 0
    stopped = earlyhelp("build")
    assert stopped.returncode == 1
    assert "earlyhelp init" in stopped.stderr
    made = earlyhelp("init")
    assert made.returncode == 0
    key = (tmp_path / "key").read_text().strip()
    assert len(key) == 64 and key not in made.stdout
    assert (tmp_path / "key").stat().st_mode & 0o077 == 0
    assert earlyhelp("init").returncode == 0
    assert (tmp_path / "key").read_text().strip() == key


def test_a_build_of_nothing_says_what_comes_first(tmp_path: Path) -> None:
    told = {"EARLYHELP_HOME": str(tmp_path / "home"), "EARLYHELP_KEY": KEY}
    done = CliRunner().invoke(cli.app, ["build", "--as-of", "2026-06-26"], env=told)
    assert done.exit_code == 1 and "Next: earlyhelp deliver" in done.output
    assert not (tmp_path / "home" / "current").exists()


def test_a_home_that_was_built_with_a_key_gets_no_other(clean: Warehouse, tmp_path: Path) -> None:
    environment = {**os.environ, "EARLYHELP_HOME": str(clean.home), "EARLYHELP_KEY_FILE": str(tmp_path / "key")}
    environment.pop("EARLYHELP_KEY", None)
    command = [sys.executable, "-m", "orchestration.cli", "init"]
    done = subprocess.run(command, cwd=PROJECT, env=environment, capture_output=True, text=True)
    assert done.returncode == 1
    assert "Restore that key" in done.stderr
    assert not (tmp_path / "key").exists()


@pytest.mark.parametrize(
    ("option", "value"),
    [("EARLYHELP_KEY", "too short"), ("EARLYHELP_KEEP_RELEASES", "1"), ("EARLYHELP_LIMIT_ROWS", "0")],
)
def test_an_option_that_cannot_be_is_named_and_its_value_is_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, option: str, value: str
) -> None:
    monkeypatch.setenv(option, value)
    monkeypatch.setenv("EARLYHELP_HOME", str(tmp_path))
    done = CliRunner().invoke(cli.app, ["status"])
    assert done.exit_code == 1 and isinstance(done.exception, SystemExit)
    assert done.stderr.startswith(f"{option} is set to what it can't be: ") and "too short" not in done.stderr

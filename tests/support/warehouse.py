"""A home, a county, and the command line on them, as a test holds them."""

import os
import subprocess
import sys
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import duckdb
from typer.testing import CliRunner

from orchestration import cli

PROJECT = Path(__file__).resolve().parents[2]
WATCHED = Path(__file__).with_name("watched")
DAY = "2026-06-26"
KEY = "the key of the tests, which is known to everybody and hides nobody"


def command(*arguments: str | Path) -> list[str]:
    """The command line of the warehouse, as a process is started with it."""
    return [sys.executable, "-m", "orchestration.cli", *map(str, arguments)]


@lru_cache(maxsize=2)
def _opened(file: Path) -> duckdb.DuckDBPyConnection:
    """A published file, which nobody writes: to open it takes longer than most questions, so it stays open."""
    return duckdb.connect(str(file), read_only=True)


@dataclass(frozen=True)
class Warehouse:
    """A home, the county whose extracts were delivered to it, and the command line of a project on it."""

    home: Path
    county: Path
    project: Path = PROJECT

    @property
    def hosts(self) -> Path:
        """Where each host is noted that a command, or a process it started, asked for over a network."""
        return self.home.with_name(f"{self.home.name}.hosts")

    def environment(self, **more: str) -> dict[str, str]:
        """What a command on this home finds in its environment."""
        watched = {"PYTHONPATH": str(WATCHED), "EARLYHELP_TEST_HOSTS": str(self.hosts)}
        return {**os.environ, **watched, "EARLYHELP_HOME": str(self.home), "EARLYHELP_KEY": KEY, **more}

    def earlyhelp(self, *arguments: str | Path, **environment: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            command(*arguments),
            cwd=self.project,
            env=self.environment(**environment),
            # Whoever starts it may let everybody read what they make.
            umask=0,
            capture_output=True,
            text=True,
        )

    def here(self, *arguments: str | Path, **environment: str) -> subprocess.CompletedProcess[str]:
        """The same in this process, where it is not about processes: what a build imports takes it seconds."""
        before = os.umask(0)
        try:
            told = {"EARLYHELP_HOME": str(self.home), "EARLYHELP_KEY": KEY, **environment}
            done = CliRunner().invoke(cli.app, [*map(str, arguments)], env=told)
        finally:
            os.umask(before)
        if done.exception and not isinstance(done.exception, SystemExit):
            raise done.exception
        return subprocess.CompletedProcess(arguments, done.exit_code, done.stdout, done.stderr)

    def build(self, expect: int = 0, as_of: str = DAY) -> str:
        """Build in this process and return what was printed; the exit code must be `expect`."""
        done = self.here("build", "--as-of", as_of)
        printed = done.stdout + done.stderr
        assert done.returncode == expect, printed + (self.home / "logs/last_run.log").read_text()[-5000:]
        return printed

    @property
    def release_file(self) -> Path:
        return self.home / "current" / "early_help.duckdb"

    def release(self, sql: str, *parameters: object) -> list[tuple[Any, ...]]:
        with _opened(self.release_file.resolve()).cursor() as cursor:
            return cursor.execute(sql, list(parameters)).fetchall()

    def inside(self, sql: str, *parameters: object) -> list[tuple[Any, ...]]:
        """Query the private build; `{truth}` in the statement is the folder of the county's truth."""
        with duckdb.connect(str(self.home / "build" / "early_help.duckdb"), read_only=True) as connection:
            return connection.execute(sql.replace("{truth}", str(self.county / "truth")), list(parameters)).fetchall()

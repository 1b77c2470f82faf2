"""Logs of runs: one file for each under EARLYHELP_HOME/logs; `last_run.log` leads to the newest."""

import contextlib
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from orchestration.home import durable
from orchestration.settings import Settings

LAST = "last_run.log"
RUNS = "run_*.log"


def folder_of(settings: Settings) -> Path:
    return settings.home / "logs"


def remove(settings: Settings, name: str) -> None:
    """Remove a log; with the newest goes the link to it."""
    (folder_of(settings) / name).unlink(missing_ok=True)
    last = folder_of(settings) / LAST
    if not last.exists():
        last.unlink(missing_ok=True)


@contextlib.contextmanager
def of_run(settings: Settings, run_id: str) -> Iterator[Path]:
    """Send what this process prints to the log of a run, for the length of the block.

    For whoever holds the build: a run that still waits must not be the last one.
    """
    folder = folder_of(settings)
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"run_{datetime.now(UTC):%Y%m%dT%H%M%SZ}_{run_id[:8]}.log"
    with path.open("w", encoding="utf-8") as file:
        durable.point(folder / LAST, path)
        for old in sorted(folder.glob(RUNS))[: -settings.keep_logs]:
            old.unlink()
        with contextlib.redirect_stdout(file), contextlib.redirect_stderr(file):
            yield path

"""What is disturbed: each stage of a home's life with the home it begins at, the command, and when its clock begins."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from benchmarks.trials import content
from benchmarks.trials.processes import Running, start, wait_until
from orchestration import releases
from orchestration.build import fingerprint
from orchestration.build.engine import one_row
from orchestration.home.as_of import TAG
from synthetic import county
from tests.support.warehouse import DAY, Warehouse, command

NIGHT = "2026-06-27"
"""The day after the built home's, when the marks of its last day arrive."""
LONG_AGO = 3600
"""Seconds since a landed file was last touched: nobody is still writing it."""
TRY_AGAIN = ("Another run", "No erasure was begun")
"""What a command says that found the home held by somebody else, or nothing to finish: the next one may do it."""
ENDS_WITHIN = 1200
"""Seconds after which a command that does not end is taken as one that never will."""

Command = Callable[[Warehouse], list[str]]
"""The words of a command on a home."""


@dataclass(frozen=True)
class Stage:
    """`prepare` lays a new home from the built one; `begun` says when the command is where it shall be disturbed."""

    name: str
    prepare: Callable[[Warehouse, Warehouse], None]
    command: Command
    begun: Callable[[Running], bool] = lambda running: True
    finish: Command | None = None
    """What finishes a run that was cut short, where it is not the same command."""
    share: int = 1
    """How many of the trials of all stages are its own, beside the others' shares: fewer where one takes minutes."""


@dataclass(frozen=True)
class Undisturbed:
    """How a stage ends when nobody disturbs it: its exit code, the seconds since its clock began, what it leaves.

    `bytes_needed` is what the disk held more at the highest; it is the home's where the home has a disk of its own.
    """

    exit_code: int
    seconds: float
    bytes_needed: int
    content: dict[str, str]


def built_home(work: Path, clean: bool = False) -> Warehouse:
    """The hamlet under `work` with its county, built; makes what is missing, a county without mistakes if `clean`.

    Raises RuntimeError when it cannot be built, or was built by other code than this.
    """
    made = Warehouse(work / "home", work / "county")
    if not made.county.exists():
        county.write(made.county, "hamlet", 1, clean)
    if not made.release_file.exists():
        delivered = run(made, command("deliver", made.county / "extracts"))
        built = run(made, command("build", "--as-of", DAY))
        if not made.release_file.exists():
            raise RuntimeError(f"{made.home} could not be built:\n{delivered[1]}\n{built[1]}")
    release = releases.in_force(content.settings_of(made))
    if release is None or release.manifest["code_sha256"] != fingerprint.code():
        raise RuntimeError(
            f"{made.home} was built by other code: remove it, and it is made anew, or name another WORK."
        )
    return made


Disk = Callable[[Path], AbstractContextManager[Any]]
"""What makes a disk of its own at a folder."""


@contextmanager
def laid(stage: Stage, built: Warehouse, scratch: Path, disk: Disk = nullcontext) -> Iterator[Warehouse]:
    """A home of its own for one trial, as the stage finds it, on the disk that it is given; gone afterwards."""
    with tempfile.TemporaryDirectory(dir=scratch, prefix=f"{stage.name}_") as folder:
        home = Warehouse(Path(folder) / "home", built.county)
        home.home.mkdir()
        with disk(home.home):
            stage.prepare(home, built)
            yield home


def undisturbed(stage: Stage, built: Warehouse, scratch: Path, disk: Disk = nullcontext) -> Undisturbed:
    """Run a stage to its end, once. Raises RuntimeError when it leaves something wrong by itself."""
    with laid(stage, built, scratch, disk) as home:
        before = peak = shutil.disk_usage(home.home).used
        running = start(home, stage.command(home), home.home.with_name("output"))
        wait_until(lambda: stage.begun(running), running)
        begun = time.perf_counter()
        while running.process.poll() is None:
            peak = max(peak, shutil.disk_usage(home.home).used)
            time.sleep(0.01)
        seconds = time.perf_counter() - begun
        if wrong := content.faults(home):
            raise RuntimeError(f"{stage.name} fails undisturbed: {'; '.join(wrong)}\n{running.text()[-3000:]}")
        return Undisturbed(running.process.returncode, seconds, peak - before, content.of(home))


def run(home: Warehouse, words: list[str]) -> tuple[int, str]:
    """A command to its end: its exit code (-9 if it had to be stopped) and what it said, of HOME where it lies."""
    running = start(home, words, home.home.with_name("said"))
    with suppress(subprocess.TimeoutExpired):
        running.process.wait(ENDS_WITHIN)
    running.end()
    return running.process.wait(), running.text().replace(str(home.home), "HOME").strip()


def finished(stage: Stage, home: Warehouse, reference: Undisturbed) -> tuple[int, list[str]]:
    """Run again after a disturbance until the stage is through: how many runs it took, and what is not as undisturbed.

    A run that is told that somebody else holds the home tries again, as whoever reads that sentence does.
    """
    wrong: list[str] = []
    outputs: list[str] = []
    for words in (stage.finish or stage.command, stage.command, stage.command):
        exit_code, output = run(home, words(home))
        outputs.append(output)
        if "Traceback" in output:
            wrong.append(f"the run afterwards: traceback, {last_line(output)}")
        if exit_code in (0, reference.exit_code):
            break
        if not any(message in output for message in TRY_AGAIN):
            wrong.append(f"the run afterwards: exit code {exit_code}, {last_line(output)}")
            break
    try:
        wrong += [*content.faults(home), *content.differences(content.of(home), reference.content)]
    except (OSError, ValueError, duckdb.Error) as problem:
        wrong.append(f"what it left cannot be read: {str(problem).replace(str(home.home), 'HOME')}")
    return len(outputs), wrong


def last_line(output: str) -> str:
    """The last of what a command said, by which a fault is known again."""
    return output.rpartition("\n")[2][:300]


def copied(home: Warehouse, built: Warehouse) -> None:
    """The built home once more, byte for byte."""
    subprocess.run(["cp", "-a", "--reflink=auto", f"{built.home}/.", home.home], check=True)


def land(home: Warehouse, extracts: Path) -> None:
    """Lay extracts into landing as if they had lain there for a while."""
    landing = home.home / "landing"
    shutil.copytree(extracts, landing, dirs_exist_ok=True)
    moment = time.time() - LONG_AGO
    for path in landing.rglob("*.*"):
        os.utime(path, (moment, moment))


def _all_lands(home: Warehouse, built: Warehouse) -> None:
    land(home, home.county / "extracts")


def _next_day_lands(home: Warehouse, built: Warehouse) -> None:
    copied(home, built)
    land(home, home.county / "extracts_next_day")


def _step(name: str) -> Command:
    return lambda home: [sys.executable, "-m", "benchmarks.trials.step", name]


def _night(home: Warehouse) -> list[str]:
    return command("build", "--as-of", NIGHT)


def _dagster(home: Warehouse) -> list[str]:
    """The job in a Dagster that keeps its history in the home, as the schedule starts it."""
    history = home.home / "dagster"
    history.mkdir(exist_ok=True)
    words = "-m dagster job execute -m orchestration.definitions -j build --tags"
    return ["env", f"DAGSTER_HOME={history}", sys.executable, *words.split(), json.dumps({TAG: NIGHT})]


def _erase(home: Warehouse) -> list[str]:
    with duckdb.connect(str(home.home / "build" / "early_help.duckdb"), read_only=True) as connection:
        (child,) = one_row(connection.execute("select min(child_durable_key) from core.dim_child"))
    return command("erase", "--child", child, "--reason", "a trial", "--yes")


def says_ready(running: Running) -> bool:
    return running.text().startswith("ready")


def builds(running: Running) -> bool:
    return "tables built" in running.text()


STAGES = {
    stage.name: stage
    for stage in (
        Stage("loading", _all_lands, _step("loading"), says_ready, share=8),
        Stage("publication", copied, _step("publication"), says_ready, share=7),
        Stage("tables", _next_day_lands, _night, builds, share=2),
        Stage("erasure", copied, _erase, finish=lambda home: command("erase", "--yes")),
        Stage("rebuild", copied, lambda home: command("rebuild")),
        Stage("dagster", _next_day_lands, _dagster),
    )
}

"""Lets a disk of its own run full under a command, frees it, runs again, and compares with the undisturbed.

The disk is a small file system in memory that holds the home; its size leaves so many bytes free as the trial says.
"""

import os
import random
import re
import shlex
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from benchmarks.trials import content
from benchmarks.trials.record import Trial
from benchmarks.trials.stages import STAGES, Stage, Undisturbed, copied, finished, laid, last_line, run
from orchestration import releases
from tests.support.warehouse import Warehouse, command

PAGE = os.sysconf("SC_PAGE_SIZE")
PLENTY = 4 * 2**30
NAMES_ROOM = re.compile(r"\broom\b|\bspace\b|\bfree\b", re.IGNORECASE)
APPENDS = 12
"""So many times a log is added to, so that it needs new pages of the disk."""


def _deliver(home: Warehouse) -> list[str]:
    return command("deliver", home.county / "extracts")


def _add_to_log(home: Warehouse) -> list[str]:
    release = releases.in_force(content.settings_of(home))
    assert release, "a home on which this stage is tried has a release"
    words = shlex.join(command("rollback", "--to", release.release_id))
    return ["sh", "-c", f"set -e; for time in $(seq {APPENDS}); do {words}; done"]


STAGES_OF_DISK = {
    stage.name: stage
    for stage in (
        Stage("deliver", lambda home, built: None, _deliver, share=8),
        STAGES["loading"],
        STAGES["publication"],
        Stage("logs", copied, _add_to_log, share=8),
        replace(STAGES["tables"], name="build", share=4),
    )
}


@contextmanager
def small_disk(folder: Path) -> Iterator[None]:
    """A file system of its own at a folder. Raises PermissionError where this machine does not let one be mounted."""
    made = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={PLENTY}", "tmpfs", folder], capture_output=True)
    if made.returncode:
        raise PermissionError("A small file system must be mounted, which root alone may: run as root.")
    try:
        yield
    finally:
        subprocess.run(["umount", "--lazy", folder], check=True)


def leave(folder: Path, free: int) -> None:
    """Leave so many bytes of a small disk free, in whole pages; one at least where it is empty."""
    size = max(shutil.disk_usage(folder).used + free // PAGE * PAGE, PAGE)  # 0 would be without limit
    subprocess.run(["mount", "-o", f"remount,size={size}", folder], check=True)


def fill(stage: Stage, number: int, seed: int, built: Warehouse, reference: Undisturbed, scratch: Path) -> Trial:
    """One trial: the first leaves nothing free, the others a random part of what the stage needs."""
    need = reference.bytes_needed
    free = int(random.Random(f"{seed} {stage.name} {number}").uniform(0, need)) if number else 0
    began = time.perf_counter()
    with laid(stage, built, scratch, small_disk) as home:
        leave(home.home, free)
        exit_code, output = run(home, stage.command(home))
        hit = exit_code not in (0, reference.exit_code)
        wrong = [*_message_faults(output), *content.unfinished(home)] if hit else []
        wrong += content.whole(home)
        leave(home.home, PLENTY)
        runs, different = finished(stage, home, reference)
    return Trial(
        kind="full-disk",
        stage=stage.name,
        seed=seed,
        number=number,
        point=f"{free / 2**20:.2f} of {need / 2**20:.2f} MiB free",
        hit=hit,
        runs=runs,
        wrong=list(dict.fromkeys([*wrong, *different])),
        seconds=time.perf_counter() - began,
        while_running=[output[-1000:]],
    )


def _message_faults(output: str) -> Iterator[str]:
    if "Traceback" in output:
        yield f"on a full disk: traceback, {last_line(output)}"
    elif not NAMES_ROOM.search(output):
        yield f"on a full disk: no word of room, {last_line(output)}"

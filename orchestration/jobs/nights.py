"""A night of several councils: the build of each is a process of its own, so that one that fails harms no other."""

import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from orchestration.home import durable, processes
from orchestration.region import homes
from orchestration.region.council_list import Entry
from orchestration.settings import PROJECT

PUBLISHED, FAILED = "published", "failed"
OUTCOMES = {0: PUBLISHED, 3: "published, but some deliveries were rejected or wait"}
"""How a build ended, by its exit code; all others failed."""
PRINTED = "night.txt"
"""What the last build printed, in the logs of the council's own home: a file may be called by a child's name."""


@dataclass(frozen=True)
class Night:
    """How the build of one council ended, after how many seconds; where what it printed lies, if there is a home."""

    entry: Entry
    exit_code: int
    seconds: float
    printed: Path | None

    @property
    def outcome(self) -> str:
        return OUTCOMES.get(self.exit_code, FAILED)


def build(entry: Entry, as_of: date) -> Night:
    """Run `earlyhelp build` for a council with its own home, key and settings, in a process of its own."""
    begun = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-m", "orchestration.cli", "build", "--as-of", as_of.isoformat()],
        cwd=PROJECT,
        env=processes.environment_of(homes.options(entry)),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
    )
    printed = entry.folder / "logs" / PRINTED
    if has_home := printed.parent.is_dir():
        durable.write_bytes(printed, done.stdout)
    return Night(entry, done.returncode, time.monotonic() - begun, printed if has_home else None)


def of_each(entries: list[Entry], as_of: date, at_once: int = 1) -> Iterator[Night]:
    """Build each council, so many `at_once`; yields each as it ends."""
    with ThreadPoolExecutor(at_once) as pool:
        for done in as_completed([pool.submit(build, entry, as_of) for entry in entries]):
            yield done.result()

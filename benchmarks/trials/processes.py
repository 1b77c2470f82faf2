"""Processes of a trial: started in a group of their own, known again by a mark in their environment, killed."""

import os
import signal
import subprocess
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.support.warehouse import PROJECT, Warehouse

MARK = "EARLYHELP_TRIAL"


@dataclass(frozen=True)
class Running:
    """A command that runs, whatever it starts, and the file that what they say goes to."""

    process: subprocess.Popen[bytes]
    mark: str
    output: Path

    def text(self) -> str:
        return self.output.read_text(errors="replace")

    def members(self) -> dict[int, str]:
        """The living processes of the command, by id: itself and all that came of it, orphans too."""
        return dict(_marked(f"{MARK}={self.mark}".encode()))

    def kill(self, whole_group: bool) -> bool:
        """Kill the command, with its group or alone; returns whether it died of that."""
        if self.process.poll() is None:
            (os.killpg if whole_group else os.kill)(self.process.pid, signal.SIGKILL)
        return self.process.wait() == -signal.SIGKILL

    def left_behind(self, seconds: float) -> dict[int, str]:
        """The processes that outlive the command by more than `seconds`."""
        deadline = time.monotonic() + seconds
        while (left := self.members()) and time.monotonic() < deadline:
            time.sleep(0.05)
        return left

    def end(self) -> None:
        """Kill what is left, so that no trial disturbs the next."""
        for pid in self.members():
            os.kill(pid, signal.SIGKILL)


def start(home: Warehouse, command: list[str], output: Path) -> Running:
    """Start a command on a home, in a process group of its own."""
    mark = uuid.uuid4().hex
    with output.open("w") as file:
        process = subprocess.Popen(
            command,
            cwd=PROJECT,
            env=home.environment(**{MARK: mark}),
            stdout=file,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    return Running(process, mark, output)


def wait_until(begun: Callable[[], bool], running: Running) -> None:
    """Wait until something is so or the command has ended."""
    while running.process.poll() is None and not begun():
        time.sleep(0.02)


def _marked(mark: bytes) -> Iterator[tuple[int, str]]:
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if mark in (folder / "environ").read_bytes().split(b"\0"):
                words = (folder / "cmdline").read_bytes().decode(errors="replace").split("\0")
                if any(words):  # not one that has died and waits to be collected
                    yield int(folder.name), " ".join(words[:4])
        except OSError:
            continue

"""Other people's processes that write into landing while a load runs, for the tests of completeness."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

HOLDS = """
import sys
path, first, rest = sys.argv[1:]
with open(path, "w") as file:
    file.write(first)
    file.flush()
    print("paused", flush=True)
    sys.stdin.readline()
    file.write(rest)
"""
"""Writes the first part, pauses with the file open until it is told to go on, writes the rest."""

COMES_BACK = """
import sys, time
path, seconds, *parts = sys.argv[1:]
for part in parts:
    with open(path, "a") as file:
        file.write(part)
    print("paused", flush=True)
    time.sleep(float(seconds))
"""
"""Writes part after part, the file closed while it pauses."""


@contextmanager
def writer(code: str, path: Path, *arguments: str) -> Iterator[subprocess.Popen[str]]:
    """A process that writes to `path`; it has paused for the first time when the block begins, and ended after it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with subprocess.Popen(
        [sys.executable, "-c", code, str(path), *arguments], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout.readline() == "paused\n"
        try:
            yield process
        finally:
            process.kill()


def finish(process: subprocess.Popen[str]) -> None:
    """Let a writer go on to its end."""
    process.communicate("go on\n", timeout=30)
    assert process.returncode == 0

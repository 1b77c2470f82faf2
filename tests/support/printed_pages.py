"""Pages that show what commands print: the commands of their blocks, run in a shell, beside what stands below them."""

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from tests.support.warehouse import PROJECT

BLOCK = re.compile(r"^```\n(\$ .*?)^```$", re.MULTILINE | re.DOTALL)


def blocks(page: Path) -> list[str]:
    """The blocks of a page that begin with a command."""
    return BLOCK.findall(page.read_text(encoding="utf-8"))


def printed(block: str, folder: Path, county: Path) -> str:
    """The block with its commands run in `folder`, in which /tmp/hamlet is the county."""
    return "".join(_lines(block, folder, county))


def _lines(block: str, folder: Path, county: Path) -> Iterator[str]:
    earlyhelp = f"{shlex.quote(sys.executable)} -m orchestration.cli"
    for line in block.splitlines():
        if not line.startswith("$ "):
            continue
        command = line[2:].replace("/tmp/hamlet", str(county)).replace("earlyhelp ", f"{earlyhelp} ")
        done = subprocess.run(
            ["bash", "-c", command],
            cwd=folder,
            env={**os.environ, "PYTHONPATH": str(PROJECT)},
            capture_output=True,
            text=True,
        )
        yield f"{line}\n{done.stdout}{done.stderr}"

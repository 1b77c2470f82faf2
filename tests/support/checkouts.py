"""A copy of the project that a test may change, and commands that are run in it."""

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from tests.support.warehouse import KEY, PROJECT

PARTS = (
    *("models", "seeds", "macros", "snapshots", "tests", "expectations", "orchestration", "synthetic", "dashboard"),
    *("benchmarks", "dbt_project.yml", "profiles.yml", "pyproject.toml", "requirements.lock", ".sqlfluff"),
    *(".sqlfluff_library", "docs/operators", "docs/governance", "docs/reference/glossary.md", "CONTRIBUTING.md"),
)
"""What of the project commands and tests of deliveries read."""
LEFT_OUT = shutil.ignore_patterns("__pycache__", "*.pyc", "static", "*.png", "*.webm")


@dataclass(frozen=True)
class Checkout:
    """The copy in its folder."""

    project: Path

    def run(self, *command: str | Path, **environment: str) -> subprocess.CompletedProcess[str]:
        """A module of Python, with its arguments, in the copy; nothing of the project itself is imported."""
        return self.python("-m", *command, **environment)

    def python(self, *words: str | Path, **environment: str) -> subprocess.CompletedProcess[str]:
        told = {**os.environ, "PYTHONPATH": str(self.project), "EARLYHELP_KEY": KEY, **environment}
        command = [sys.executable, *map(str, words)]
        return subprocess.run(command, cwd=self.project, env=told, capture_output=True, text=True)

    def earlyhelp(self, *arguments: str | Path, **environment: str) -> subprocess.CompletedProcess[str]:
        return self.run("orchestration.cli", *arguments, **environment)

    def text(self, path: str) -> str:
        return (self.project / path).read_text(encoding="utf-8")


def copied(folder: Path) -> Checkout:
    """A new copy of the project in this folder."""
    for name in PARTS:
        source, target = PROJECT / name, folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, target, ignore=LEFT_OUT)
        else:
            shutil.copy(source, target)
    return Checkout(folder)

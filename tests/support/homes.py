"""Counties and homes that many tests begin from: made once for each state of the project, then copied.

What is kept lies below .pytest_cache, so that the next run of the same code makes none of it again. Nobody writes
there; a test gets a copy, with which it may do what it likes.
"""

import ast
import fcntl
import inspect
import shutil
import sys
from collections.abc import Callable, Iterator
from functools import cache
from hashlib import sha256
from pathlib import Path

from orchestration.build import fingerprint
from orchestration.settings import PROJECT

KEPT = PROJECT / ".pytest_cache" / "homes"
MADE_OF = (
    *(*fingerprint.DBT, "expectations", "orchestration", "synthetic", "tests/dbt", "requirements.lock"),
    "tests/support/watched",
)
Make = Callable[[Path], object]


def kept(name: str, make: Make) -> Path:
    """The folder of this name, to be read and copied; `make` fills it if this state of the project has none yet."""
    folder = KEPT / name / _state(inspect.getfile(make))
    folder.parent.mkdir(parents=True, exist_ok=True)
    # Two processes at once: the second waits and finds what the first one made.
    with (KEPT / f"{name}.lock").open("w") as making:
        fcntl.flock(making, fcntl.LOCK_EX)
        if not folder.exists():
            shutil.rmtree(folder.parent)
            draft = folder.with_name("draft")
            draft.mkdir(parents=True)
            make(draft)
            draft.replace(folder)
    return folder


def copied(name: str, make: Make, to: Path) -> Path:
    """A copy of what is kept under this name."""
    return Path(shutil.copytree(kept(name, make), to, symlinks=True, dirs_exist_ok=True))


@cache
def _state(made_in: str) -> str:
    """Of what a home is made: the code, the county, where it is made and with which helpers, all versions."""
    told = fingerprint.files([*MADE_OF, *sorted(str(path.relative_to(PROJECT)) for path in _helpers(Path(made_in)))])
    return sha256(f"{told} {sys.version}".encode()).hexdigest()[:16]


def _helpers(made_in: Path) -> set[Path]:
    """A file of the tests and the helpers that it imports, at whatever depth: any other makes no other home."""
    found: set[Path] = set()
    upcoming = [made_in]
    while upcoming:
        file = upcoming.pop()
        if file not in found:
            found.add(file)
            paths = (PROJECT.joinpath(*name.split(".")).with_suffix(".py") for name in _imported(file))
            upcoming += (path for path in paths if path.is_file())
    return found


def _imported(file: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(file.read_bytes())):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.split(".")[0] in ("benchmarks", "tests"):
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
